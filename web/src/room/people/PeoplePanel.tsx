import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Lesson, LessonMember } from "rtserver-client";
import { useRoom } from "../RoomContext.tsx";
import { Hands } from "./Hands.tsx";
import style from "./PeoplePanel.module.css";
import { PersonRow } from "./PersonRow.tsx";
import { Reactions } from "./Reactions.tsx";
import { TutorTools } from "./TutorTools.tsx";

interface Props {
  lesson: Lesson;
  isShown: boolean;
}

/** Who is in the lesson, who of them is here, and what they answer. */
export function PeoplePanel({ lesson }: Props) {
  const { t } = useTranslation();
  const { present, isTutor, isReadOnly } = useRoom();
  const byId = new Map(lesson.members.map((member) => [member.user_id, member]));
  const here = present.flatMap(({ user_id }) => byId.get(user_id) ?? []);
  const away = lesson.members.filter((member) => !here.includes(member));
  return (
    <div className={style.people}>
      {!isReadOnly && <Reactions />}
      <Hands />
      <Group title={t("people.here", { count: here.length })} members={here} />
      {away.length > 0 && <Group title={t("people.away")} members={away} />}
      {isTutor && <TutorTools />}
    </div>
  );
}

function Group({ title, members }: { title: string; members: LessonMember[] }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={style.title}>
        {title}
      </h2>
      <ul>
        {members.map((member) => (
          <PersonRow key={member.user_id} member={member} />
        ))}
      </ul>
    </section>
  );
}
