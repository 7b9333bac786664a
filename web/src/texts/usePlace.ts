import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../session/context.tsx";
import { dayOf, type Place } from "./times.ts";

// English with the day before the month, as in the languages around.
const DATES: Record<string, string> = { en: "en-GB" };

/** The language and zone in which times are told; `day` is the calendar day of a moment there. */
export function usePlace(): Place & { day: (at: string | Date) => string } {
  const { i18n } = useTranslation();
  const { me } = useMember();
  return useMemo(() => {
    const zone = me.timezone;
    return { locale: DATES[i18n.language] ?? i18n.language, zone, day: (at) => dayOf(at, zone) };
  }, [i18n.language, me.timezone]);
}
