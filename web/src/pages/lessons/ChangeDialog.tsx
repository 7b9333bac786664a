import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import type { Lesson } from "../../state/lessons.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { say } from "../../ui/toasts.tsx";
import { type LessonDraft, LessonForm } from "./LessonForm.tsx";

/** Rename or move a lesson; whoever is in it is told by the server. */
export function ChangeDialog({ lesson, onClose }: { lesson: Lesson; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useMember();
  const live = useLive();
  const send = async (draft: LessonDraft) => {
    await call(client, "patch", "/api/lessons/{id}/", { path: { id: lesson.id }, body: draft });
    await live.refresh(lesson.id);
    say(t("action.saved"));
    onClose();
  };
  return (
    <Dialog title={t("change.title")} onClose={onClose}>
      <LessonForm draft={lesson} go={t("action.save")} onSend={send} onClose={onClose} />
    </Dialog>
  );
}
