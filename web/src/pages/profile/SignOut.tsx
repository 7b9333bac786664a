import { useTranslation } from "react-i18next";
import { useSignOut } from "../../app/useSignOut.tsx";
import { Button } from "../../ui/Button.tsx";
import forms from "../../ui/forms.module.css";
import { LeaveIcon } from "../../ui/icons.tsx";
import { Section } from "../../ui/Section.tsx";

export function SignOut() {
  const { t } = useTranslation();
  const { signOut, question } = useSignOut();
  return (
    <Section title={t("profile.logins")}>
      <p>{t("profile.logins_text")}</p>
      <div className={forms.row}>
        <Button onClick={() => void signOut(false)}>
          <LeaveIcon />
          {t("menu.sign_out")}
        </Button>
        <Button kind="danger" onClick={() => void signOut(true)}>
          {t("menu.sign_out_everywhere")}
        </Button>
      </div>
      {question}
    </Section>
  );
}
