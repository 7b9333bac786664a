import { useTranslation } from "react-i18next";
import { useMember, useSession } from "../../session/context.tsx";
import { Button } from "../../ui/Button.tsx";
import { PasswordField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Notice } from "../../ui/Notice.tsx";
import { Section } from "../../ui/Section.tsx";
import { say } from "../../ui/toasts.tsx";
import { useForm } from "../../ui/useForm.ts";

/** A new password ends all other logins. */
export function PasswordForm() {
  const { t } = useTranslation();
  const session = useSession();
  const member = useMember();
  const form = useForm(async (values) => {
    await session.changePassword(member, String(values.get("password")), String(values.get("current")));
    say(t("action.saved"));
  });
  const wrong = form.problem?.fields ?? {};
  return (
    <Section title={t("sign_in.password")}>
      <form className={forms.form} {...form.props}>
        {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
        <input type="email" name="email" autoComplete="username" value={member.me.email} readOnly hidden />
        <PasswordField
          label={t("profile.password_now")}
          name="current"
          autoComplete="current-password"
          wrong={wrong.current_password && t("profile.password_wrong")}
        />
        <PasswordField
          label={t("password.new")}
          hint={t("password.hint")}
          name="password"
          autoComplete="new-password"
          wrong={wrong.password && t("password.weak")}
        />
        <Button type="submit" kind="primary" waiting={form.isSending}>
          {t("profile.password_go")}
        </Button>
      </form>
    </Section>
  );
}
