import { useTranslation } from "react-i18next";
import { Heading } from "../../ui/Heading.tsx";
import { AboutForm } from "./AboutForm.tsx";
import { CalendarAddress } from "./CalendarAddress.tsx";
import { LookChoice } from "./LookChoice.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import style from "./profile.module.css";
import { SignOut } from "./SignOut.tsx";

export function ProfilePage() {
  const { t } = useTranslation();
  return (
    <>
      <Heading>{t("profile.title")}</Heading>
      <div className={style.sheets}>
        <AboutForm />
        <LookChoice />
        <PasswordForm />
        <CalendarAddress />
        <SignOut />
      </div>
    </>
  );
}
