import { useTranslation } from "react-i18next";
import type { Lesson } from "rtserver-client";
import { clock } from "../texts/times.ts";
import { usePlace } from "../texts/usePlace.ts";
import { useNow } from "../ui/useNow.ts";
import style from "./Bar.module.css";
import { sayTime } from "./time.ts";

/** How long the lesson lasts yet, or when it begins. */
export function LessonTime({ lesson, isShort }: { lesson: Lesson; isShort: boolean }) {
  const { t } = useTranslation();
  const place = usePlace();
  const now = useNow();
  const text = sayTime(lesson, now, place, t, isShort);
  return (
    <p className={style.time} title={`${clock(lesson.starts_at, place)}–${clock(lesson.ends_at, place)}`}>
      {text}
    </p>
  );
}
