// What is said of a lesson's time while one is in it.

import type { TFunction } from "i18next";
import { phaseOf } from "../state/agenda.ts";
import type { Lesson } from "../state/lessons.ts";
import { clock, longDay, type Place, relative, shortTime } from "../texts/times.ts";

const HOURS = 12 * 3_600_000;

/** `isShort`: for where there is no room for the weekday. */
export function sayTime(lesson: Lesson, now: Date, place: Place, t: TFunction, isShort = false): string {
  const phase = phaseOf(lesson, now);
  if (phase === "cancelled") return t("lesson.cancelled");
  if (phase === "over") return t("room.over", { day: longDay(lesson.starts_at, place) });
  if (phase === "now") {
    const left = Math.ceil((Date.parse(lesson.ends_at) - now.getTime()) / 60_000);
    return t("room.left", { count: left });
  }
  const isFar = Date.parse(lesson.starts_at) - now.getTime() > HOURS;
  if (!isFar) return t("room.starts", { when: relative(lesson.starts_at, now, place.locale) });
  if (isShort) return shortTime(lesson.starts_at, place);
  return `${longDay(lesson.starts_at, place)}, ${clock(lesson.starts_at, place)}`;
}
