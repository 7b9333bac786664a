import { useTranslation } from "react-i18next";
import { call, type Schema } from "../../api/http.ts";
import { useMember, useSession } from "../../session/context.tsx";
import { LANGUAGES, languageOf, NAMES } from "../../texts/languages.ts";
import { Button } from "../../ui/Button.tsx";
import { Select, TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Notice } from "../../ui/Notice.tsx";
import { Section } from "../../ui/Section.tsx";
import { say } from "../../ui/toasts.tsx";
import { text, useForm } from "../../ui/useForm.ts";
import { zones } from "./zones.ts";

/** Name, language and zone: how one is shown, and how the page and mails speak. */
export function AboutForm() {
  const { t } = useTranslation();
  const session = useSession();
  const { client, me } = useMember();
  const form = useForm(async (values) => {
    const timezone = text(values, "timezone") as Schema<"Timezone">;
    const body = { name: text(values, "name"), locale: text(values, "locale"), timezone };
    session.changed(await call(client, "patch", "/api/users/me/", { body }));
    say(t("action.saved"));
  });
  const wrong = form.problem?.fields ?? {};
  return (
    <Section title={t("profile.about")}>
      <form className={forms.form} {...form.props}>
        {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
        <TextField
          label={t("profile.name")}
          name="name"
          defaultValue={me.name}
          autoComplete="name"
          required
          wrong={wrong.name && t("problem.field")}
        />
        <TextField label={t("sign_in.email")} value={me.email} readOnly hint={t("profile.email_hint")} />
        <Select label={t("sign_in.language")} name="locale" defaultValue={languageOf(me.locale) ?? "en"}>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language}>
              {NAMES[language]}
            </option>
          ))}
        </Select>
        <Select label={t("profile.zone")} hint={t("profile.zone_hint")} name="timezone" defaultValue={me.timezone}>
          {zones(me.timezone).map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </Select>
        <Button type="submit" kind="primary" waiting={form.isSending}>
          {t("action.save")}
        </Button>
      </form>
    </Section>
  );
}
