import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../../session/context.tsx";
import { Button } from "../../ui/Button.tsx";
import { Select, TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { MomentField } from "../../ui/MomentField.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { text, useForm } from "../../ui/useForm.ts";

export interface LessonDraft {
  title: string;
  starts_at: string;
  ends_at: string;
}

const MINUTES = [30, 45, 60, 90, 120];
const MINUTE = 60_000;

interface Props {
  draft: LessonDraft;
  go: string;
  onSend: (draft: LessonDraft) => Promise<void>;
  onClose: () => void;
  children?: ReactNode;
}

/** Title, start and length of a lesson; `children` are further fields. */
export function LessonForm({ draft, go, onSend, onClose, children }: Props) {
  const { t } = useTranslation();
  const { me } = useMember();
  const [start, setStart] = useState(draft.starts_at);
  const length = (Date.parse(draft.ends_at) - Date.parse(draft.starts_at)) / MINUTE;
  const form = useForm((values) => {
    const end = new Date(Date.parse(start) + Number(values.get("minutes")) * MINUTE);
    return onSend({ title: text(values, "title"), starts_at: start, ends_at: `${end.toISOString().slice(0, 19)}Z` });
  });
  const wrong = form.problem?.fields ?? {};
  return (
    <form className={forms.form} {...form.props}>
      {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
      <TextField
        label={t("plan.title")}
        name="title"
        defaultValue={draft.title}
        maxLength={200}
        required
        autoFocus
        autoComplete="off"
        wrong={wrong.title && t("plan.title_wrong")}
      />
      <MomentField
        label={t("plan.start")}
        value={start}
        zone={me.timezone}
        onChange={setStart}
        wrong={(wrong.starts_at || wrong.ends_at) && t("problem.field")}
      />
      <Select label={t("plan.length")} name="minutes" defaultValue={length}>
        {[...new Set([...MINUTES, length])]
          .sort((a, b) => a - b)
          .map((minutes) => (
            <option key={minutes} value={minutes}>
              {t("plan.minutes", { count: minutes })}
            </option>
          ))}
      </Select>
      {children}
      <div className={forms.row}>
        <Button type="submit" kind="primary" waiting={form.isSending}>
          {go}
        </Button>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
      </div>
    </form>
  );
}

/** The next full hour, for an hour. */
export function nextHour(now: Date): LessonDraft {
  const hour = 60 * MINUTE;
  const at = (n: number) => `${new Date((Math.floor(now.getTime() / hour) + n) * hour).toISOString().slice(0, 19)}Z`;
  return { title: "", starts_at: at(1), ends_at: at(2) };
}
