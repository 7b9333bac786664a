import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { post } from "../../api/open.ts";
import { problemOf } from "../../api/problem.ts";
import { Splash } from "../../app/Splash.tsx";
import { useSession } from "../../session/context.tsx";
import { Button } from "../../ui/Button.tsx";
import { Checkbox, PasswordField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Heading } from "../../ui/Heading.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { SchoolMark } from "../../ui/SchoolMark.tsx";
import { Sheet } from "../../ui/Sheet.tsx";
import { useForm } from "../../ui/useForm.ts";
import { ForgotForm } from "./ForgotForm.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";

interface Owner {
  name: string;
  email: string;
}

/** `/password#<token>`, where the links of invitations and of forgotten passwords lead. */
export function PasswordPage() {
  const [token] = useState(() => location.hash.slice(1));
  const [owner, setOwner] = useState<Owner>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    history.replaceState(null, "", location.pathname); // the token is worth an account: keep it off the screen
    post<Owner>("/api/auth/password/", { token }).then(setOwner, setError);
  }, [token]);
  if (!owner && !error) return <Splash />;
  return (
    <Sheet head={<SchoolMark large />} foot={<LanguageChoice />}>
      {owner ? <PasswordForm owner={owner} token={token} /> : <BadLink error={error} />}
    </Sheet>
  );
}

function PasswordForm({ owner, token }: { owner: Owner; token: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const [, navigate] = useLocation();
  const form = useForm(async (values) => {
    const choice = { token, password: String(values.get("password")), remember: values.has("remember") };
    await session.choosePassword(choice);
    navigate("/", { replace: true });
  });
  const isWeak = form.problem?.fields.password !== undefined;
  return (
    <>
      <Heading>{t("password.greeting", { name: owner.name })}</Heading>
      <p>{t("password.text", { email: owner.email })}</p>
      <form className={forms.form} {...form.props}>
        {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
        <input type="email" name="email" autoComplete="username" value={owner.email} readOnly hidden />
        <PasswordField
          label={t("password.new")}
          hint={t("password.hint")}
          wrong={isWeak ? t("password.weak") : undefined}
          name="password"
          autoComplete="new-password"
          required
          autoFocus
        />
        <Checkbox label={t("sign_in.remember")} hint={t("sign_in.remember_hint")} name="remember" />
        <Button type="submit" kind="primary" large wide waiting={form.isSending}>
          {t("password.go")}
        </Button>
      </form>
    </>
  );
}

function BadLink({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [isWanted, want] = useState(false);
  const back = () => navigate("/", { replace: true });
  if (isWanted) return <ForgotForm email="" onBack={back} />;
  const isOver = (error as { code?: string }).code === "bad_request";
  return (
    <>
      <Heading>{t(isOver ? "password.bad.title" : "password.title")}</Heading>
      <p>{isOver ? t("password.bad.text") : problemOf(error, t).text}</p>
      <Button kind="primary" large onClick={() => (isOver ? want(true) : location.reload())}>
        {t(isOver ? "forgot.go" : "app.retry")}
      </Button>
      <Button kind="quiet" onClick={back}>
        {t("forgot.back")}
      </Button>
    </>
  );
}
