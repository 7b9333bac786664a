// What is told of a lesson, wherever it stands.

import { useTranslation } from "react-i18next";
import { useMember } from "../../session/context.tsx";
import { type Lesson, MANY } from "../../state/lessons.ts";
import { clock } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { ChatIcon } from "../../ui/icons.tsx";
import style from "./lessons.module.css";

export function LessonTimes({ lesson }: { lesson: Lesson }) {
  const place = usePlace();
  return (
    <p className={style.times}>
      <time dateTime={lesson.starts_at} className={style.from}>
        {clock(lesson.starts_at, place)}
      </time>
      <span className={style.until}>
        –<time dateTime={lesson.ends_at}>{clock(lesson.ends_at, place)}</time>
      </span>
    </p>
  );
}

/** The others, tutors first; those who haven't accepted yet are told as such. */
export function People({ lesson }: { lesson: Lesson }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const others = lesson.members.filter(({ user_id }) => user_id !== me.id);
  const sorted = [...others].sort((a, b) => Number(b.role === "tutor") - Number(a.role === "tutor"));
  if (!sorted.length) return <p className={style.people}>{t("lesson.alone")}</p>;
  return (
    <p className={style.people}>
      {sorted.map(({ user_id, name, state }, n) => (
        <span key={user_id}>
          {n > 0 && ", "}
          {state === "invited" ? t("lesson.invited_person", { name }) : name}
        </span>
      ))}
    </p>
  );
}

export function Present({ lesson }: { lesson: Lesson }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const there = lesson.members.filter(({ user_id }) => user_id !== me.id && lesson.summary?.present.includes(user_id));
  if (!there.length) return null;
  return (
    <span className={style.present}>
      <span className={style.faces}>
        {there.slice(0, 4).map(({ user_id, name }) => (
          <Avatar key={user_id} id={user_id} name={name} />
        ))}
      </span>
      <span>{t("lesson.present", { count: there.length, names: there.map(({ name }) => name).join(", ") })}</span>
    </span>
  );
}

export function Unread({ lesson }: { lesson: Lesson }) {
  const { t } = useTranslation();
  const count = lesson.summary?.unread ?? 0;
  if (!count) return null;
  return (
    <span className={style.unread}>
      <ChatIcon size={20} />
      <span aria-hidden="true">{count >= MANY ? `${MANY - 1}+` : count}</span>
      <span className="aside">{t("lesson.unread", { count })}</span>
    </span>
  );
}
