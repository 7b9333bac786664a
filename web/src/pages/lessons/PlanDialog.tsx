import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { say } from "../../ui/toasts.tsx";
import { type LessonDraft, LessonForm, nextHour } from "./LessonForm.tsx";
import { type Invitee, PeoplePicker, Picked } from "./PeoplePicker.tsx";

/** Plan a lesson: one is its tutor, and whoever is picked is invited. */
export function PlanDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { client, me } = useMember();
  const live = useLive();
  const [draft] = useState(() => nextHour(new Date()));
  const [people, setPeople] = useState<Invitee[]>([]);
  const send = async (lesson: LessonDraft) => {
    const members = people.map((person) => ({ ...idOf(person), role: "student" as const }));
    const made = await call(client, "post", "/api/lessons/", { body: { ...lesson, members } });
    await live.refresh(made.id);
    say(t("plan.done", { title: lesson.title }));
    onClose();
  };
  return (
    <Dialog title={t("plan.new")} onClose={onClose}>
      <LessonForm draft={draft} go={t("plan.go")} onSend={send} onClose={onClose}>
        <PeoplePicker
          known={[me.id, ...people.flatMap((person) => ("user_id" in person ? [person.user_id] : []))]}
          onPick={(person) => setPeople([...people, person])}
        />
        <Picked people={people} onDrop={(dropped) => setPeople(people.filter((_, index) => index !== dropped))} />
      </LessonForm>
    </Dialog>
  );
}

/** How the API names somebody. */
export function idOf(person: Invitee): { user_id: number } | { email: string } {
  return "user_id" in person ? { user_id: person.user_id } : { email: person.email };
}
