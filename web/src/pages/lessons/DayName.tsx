import { useTranslation } from "react-i18next";
import { daysBetween, longDay, type Place } from "../../texts/times.ts";

/** Today, tomorrow, or the day's name and date. */
export function DayName({ at, now, place }: { at: string; now: Date; place: Place }) {
  const { t } = useTranslation();
  const days = daysBetween(now, at, place.zone);
  if (days === 0) return t("lessons.today");
  if (days === 1) return t("lessons.tomorrow");
  return longDay(at, place);
}

/** The words to greet with, by the hour of one's own zone. */
export function greeting(now: Date, { zone }: Place): string {
  const hour = Number(new Intl.DateTimeFormat("en", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(now));
  if (hour >= 5 && hour < 12) return "lessons.hello_morning";
  return hour >= 12 && hour < 18 ? "lessons.hello_day" : "lessons.hello_evening";
}
