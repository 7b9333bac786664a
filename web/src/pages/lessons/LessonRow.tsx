import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { phaseOf } from "../../state/agenda.ts";
import type { Lesson } from "../../state/lessons.ts";
import style from "./lessons.module.css";
import { LessonTimes, People, Present, Unread } from "./parts.tsx";

interface Props {
  lesson: Lesson;
  now: Date;
  /** Where the list isn't one of days. */
  day?: string;
  children?: ReactNode;
}

/** One lesson of a day: when, what, with whom. */
export function LessonRow({ lesson, now, day, children }: Props) {
  const { t } = useTranslation();
  const Title = day ? "h2" : "h3"; // else the day has a heading of its own
  const isCancelled = phaseOf(lesson, now) === "cancelled";
  return (
    <article className={`${style.row} ${isCancelled ? style.cancelled : ""}`}>
      <LessonTimes lesson={lesson} />
      <div className={style.what}>
        <Title className={style.title}>
          <Link href={`/lessons/${lesson.id}`}>{lesson.title}</Link>
        </Title>
        {isCancelled && <p className={style.mark}>{t("lesson.cancelled")}</p>}
        {day && <p className={style.date}>{day}</p>}
        <People lesson={lesson} />
      </div>
      <div className={style.signs}>
        <Present lesson={lesson} />
        <Unread lesson={lesson} />
      </div>
      {children}
    </article>
  );
}
