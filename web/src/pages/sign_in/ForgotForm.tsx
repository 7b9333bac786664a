import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../../api/open.ts";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Heading } from "../../ui/Heading.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { text, useForm } from "../../ui/useForm.ts";

/** Have a link sent to choose a new password; nobody learns whether an address is known. */
export function ForgotForm({ email, onBack }: { email: string; onBack: () => void }) {
  const { t } = useTranslation();
  const [sent, setSent] = useState<string>();
  const form = useForm(async (values) => {
    const address = text(values, "email");
    await post("/api/auth/password/forgot/", { email: address });
    setSent(address);
  });
  return (
    <>
      <Heading>{t(sent ? "forgot.done.title" : "forgot.title")}</Heading>
      {sent ? (
        <Notice tone="good">{t("forgot.done.text", { email: sent })}</Notice>
      ) : (
        <form className={forms.form} {...form.props}>
          <p>{t("forgot.text")}</p>
          {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
          <TextField
            label={t("sign_in.email")}
            name="email"
            type="email"
            autoComplete="username"
            defaultValue={email}
            required
            autoFocus
            wrong={form.problem?.fields.email && t("problem.field")}
          />
          <Button type="submit" kind="primary" large wide waiting={form.isSending}>
            {t("forgot.go")}
          </Button>
        </form>
      )}
      <Button kind="quiet" onClick={onBack}>
        {t("forgot.back")}
      </Button>
    </>
  );
}
