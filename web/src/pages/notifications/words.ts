// What a notification says, in the reader's language.

import type { TFunction } from "i18next";
import type { Notice } from "../../state/notifications.ts";
import { clock, longDay, type Place } from "../../texts/times.ts";

interface Data {
  lesson_id?: number;
  title?: string;
  starts_at?: string;
  by?: { name: string } | null;
  tutor?: { name: string };
  author?: { name: string };
  removed?: boolean;
  before?: number;
}

/** `titleOf` knows lessons that the notification doesn't name, as of a chat message. */
export function wordsOf(
  notice: Notice,
  t: TFunction,
  place: Place,
  titleOf: (id: number) => string | undefined,
): string {
  const data = notice.data as Data;
  const title = data.title ?? titleOf(data.lesson_id ?? 0) ?? t("news.some_lesson");
  const when = data.starts_at ? `${longDay(data.starts_at, place)}, ${clock(data.starts_at, place)}` : "";
  const name = (data.tutor ?? data.author ?? data.by)?.name ?? t("news.the_school");
  const key = notice.event === "lesson.cancelled" && data.removed ? "news.lesson.removed" : `news.${notice.event}`;
  const known = t(key, { title, when, name, defaultValue: "" });
  return known || t("news.other", { event: notice.event });
}
