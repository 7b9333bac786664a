import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { phaseOf } from "../../state/agenda.ts";
import type { Lesson } from "../../state/lessons.ts";
import { relative } from "../../texts/times.ts";
import { buttonClass } from "../../ui/Button.tsx";
import { ArrowIcon } from "../../ui/icons.tsx";
import { LessonMenu } from "./LessonMenu.tsx";
import style from "./lessons.module.css";
import { LessonTimes, People, Present, Unread } from "./parts.tsx";

/** A lesson whose door is open: nothing on the page is larger than the way in. */
export function OpenLesson({ lesson, now }: { lesson: Lesson; now: Date }) {
  const { t, i18n } = useTranslation();
  const isOn = phaseOf(lesson, now) === "now";
  const title = `open-${lesson.id}`;
  return (
    <article className={style.open} aria-labelledby={title}>
      <div className={style.what}>
        <p className={style.mark}>
          {isOn ? t("lesson.now") : t("lesson.soon", { when: relative(lesson.starts_at, now, i18n.language) })}
        </p>
        <h2 id={title} className={style.openTitle}>
          {lesson.title}
        </h2>
        <LessonTimes lesson={lesson} />
        <People lesson={lesson} />
        <div className={style.signs}>
          <Present lesson={lesson} />
          <Unread lesson={lesson} />
        </div>
      </div>
      <div className={style.way}>
        <Link
          href={`/lessons/${lesson.id}`}
          className={buttonClass({ kind: "primary", large: true })}
          aria-describedby={title}
        >
          {t("lesson.join")}
          <ArrowIcon />
        </Link>
        <LessonMenu lesson={lesson} />
      </div>
    </article>
  );
}
