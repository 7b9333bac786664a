import { useTranslation } from "react-i18next";
import { call, type Schema } from "../../api/http.ts";
import { useSchool } from "../../school/context.tsx";
import { useMember, useSession } from "../../session/context.tsx";
import type { Me } from "../../session/session.ts";
import { LANGUAGES, languageOf, NAMES } from "../../texts/languages.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Checkbox, Select, TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Notice } from "../../ui/Notice.tsx";
import { say } from "../../ui/toasts.tsx";
import { text, useForm } from "../../ui/useForm.ts";

const ROLES: Me["role"][] = ["student", "tutor", "admin"];

interface Props {
  /** Nobody: a new one. */
  person: Me | undefined;
  onDone: (person: Me) => void;
  onClose: () => void;
}

export function PersonDialog({ person, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  const { client, me } = useMember();
  const school = useSchool();
  const form = useForm(
    async (values) => {
      const body = {
        name: text(values, "name"),
        email: text(values, "email"),
        role: text(values, "role") as Me["role"],
        locale: text(values, "locale"),
      };
      const timezone = school.timezone as Schema<"Timezone">;
      const made = person
        ? await call(client, "patch", "/api/users/{id}/", { path: { id: person.id }, body })
        : await call(client, "post", "/api/users/", { body: { ...body, timezone, invite: values.has("invite") } });
      onDone(made);
      if (made.id === me.id) session.changed(made);
      say(t("action.saved"));
      onClose();
    },
    { conflict: person ? "everyone.taken_or_last" : "everyone.taken" },
  );
  const wrong = form.problem?.fields ?? {};
  return (
    <Dialog title={person ? person.name : t("everyone.new")} onClose={onClose}>
      <form className={forms.form} {...form.props}>
        {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
        <TextField
          label={t("profile.name")}
          name="name"
          defaultValue={person?.name}
          required
          autoFocus
          autoComplete="off"
          wrong={wrong.name && t("problem.field")}
        />
        <TextField
          label={t("sign_in.email")}
          name="email"
          type="email"
          defaultValue={person?.email}
          required
          autoComplete="off"
          wrong={wrong.email && t("problem.field")}
        />
        <Select label={t("everyone.role")} name="role" defaultValue={person?.role ?? "student"}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </Select>
        <Select
          label={t("sign_in.language")}
          name="locale"
          defaultValue={languageOf(person?.locale ?? school.locale) ?? "en"}
        >
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language}>
              {NAMES[language]}
            </option>
          ))}
        </Select>
        {!person && (
          <Checkbox label={t("everyone.invite")} hint={t("everyone.invite_hint")} name="invite" defaultChecked />
        )}
        <div className={forms.row}>
          <Button type="submit" kind="primary" waiting={form.isSending}>
            {t("action.save")}
          </Button>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
