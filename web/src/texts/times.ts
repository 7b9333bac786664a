// Times as people read them: in their own zone and language, with a 24-hour clock.

export interface Place {
  locale: string;
  zone: string;
}

const made = new Map<string, Intl.DateTimeFormat>();

function format({ locale, zone }: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, zone, options]);
  const found = made.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...options });
  made.set(key, found);
  return found;
}

/** `17:05` */
export function clock(at: string | Date, place: Place): string {
  return format(place, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** `Monday, 30 November` */
export function longDay(at: string | Date, place: Place): string {
  const isThisYear = dayOf(at, place.zone).slice(0, 4) === dayOf(new Date(), place.zone).slice(0, 4);
  return format(place, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(!isThisYear && { year: "numeric" }),
  }).format(new Date(at));
}

/** `30 Nov, 17:05` */
export function shortTime(at: string | Date, place: Place): string {
  return format(place, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** The calendar day that a moment has in a zone, `2026-11-30`. */
export function dayOf(at: string | Date, zone: string): string {
  return format({ locale: "en-CA", zone }, { year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));
}

/** How many calendar days lie between two moments in a zone. */
export function daysBetween(from: Date, to: string | Date, zone: string): number {
  return Math.round((Date.parse(dayOf(to, zone)) - Date.parse(dayOf(from, zone))) / 86_400_000);
}

/** `in 5 minutes`, `2 hours ago`: the largest unit that fits. */
export function relative(at: string | Date, now: Date, locale: string): string {
  const minutes = (new Date(at).getTime() - now.getTime()) / 60_000;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(rounded(minutes), "minute");
  if (Math.abs(minutes) < 24 * 60) return words.format(rounded(minutes / 60), "hour");
  return words.format(rounded(minutes / 60 / 24), "day");
}

/** What is to come is never told as nearer than it is. */
function rounded(value: number): number {
  return value > 0 ? Math.ceil(value) : Math.round(value);
}
