import { useTranslation } from "react-i18next";
import { useSession } from "../../session/context.tsx";
import { Button } from "../../ui/Button.tsx";
import { Checkbox, PasswordField, TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Heading } from "../../ui/Heading.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { text, useForm } from "../../ui/useForm.ts";

interface Props {
  email: string;
  onEmail: (email: string) => void;
  onForgotten: () => void;
}

export function SignInForm({ email, onEmail, onForgotten }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const form = useForm(
    (values) =>
      session.signIn({
        email: text(values, "email"),
        password: String(values.get("password")),
        remember: values.has("remember"),
      }),
    { unauthenticated: "sign_in.wrong", bad_request: "sign_in.wrong" },
  );
  return (
    <>
      <Heading>{t("sign_in.title")}</Heading>
      <p>{t("sign_in.text")}</p>
      <form className={forms.form} {...form.props}>
        {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
        <TextField
          label={t("sign_in.email")}
          name="email"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => onEmail(event.target.value)}
        />
        <PasswordField label={t("sign_in.password")} name="password" autoComplete="current-password" required />
        <Checkbox label={t("sign_in.remember")} hint={t("sign_in.remember_hint")} name="remember" />
        <Button type="submit" kind="primary" large wide waiting={form.isSending}>
          {t("sign_in.go")}
        </Button>
        <Button kind="quiet" onClick={onForgotten}>
          {t("sign_in.forgot")}
        </Button>
      </form>
    </>
  );
}

export function ElsewhereNote() {
  const { t } = useTranslation();
  return (
    <>
      <Heading>{t("sign_in.title")}</Heading>
      <p>{t("sign_in.elsewhere")}</p>
    </>
  );
}
