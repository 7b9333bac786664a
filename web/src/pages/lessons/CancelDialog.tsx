import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import type { Lesson } from "../../state/lessons.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import forms from "../../ui/forms.module.css";
import { Notice } from "../../ui/Notice.tsx";
import { say } from "../../ui/toasts.tsx";
import { useForm } from "../../ui/useForm.ts";

export function CancelDialog({ lesson, onClose }: { lesson: Lesson; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useMember();
  const live = useLive();
  const form = useForm(async () => {
    await call(client, "delete", "/api/lessons/{id}/", { path: { id: lesson.id } });
    await live.refresh(lesson.id);
    say(t("cancel.done", { title: lesson.title }));
    onClose();
  });
  return (
    <Dialog title={t("cancel.title", { title: lesson.title })} onClose={onClose} isQuestion>
      <form className={forms.form} {...form.props}>
        <p>{t("cancel.text")}</p>
        {form.problem && <Notice tone="bad">{form.problem.text}</Notice>}
        <div className={forms.row}>
          <Button type="submit" kind="danger" waiting={form.isSending}>
            {t("cancel.go")}
          </Button>
          <Button onClick={onClose} autoFocus>
            {t("cancel.keep")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
