// What of one's lessons is shown where, at a moment.

import type { Lesson, Member } from "./lessons.ts";

/** From so many milliseconds before its start on, a lesson can be joined. */
export const EARLY = 10 * 60_000;

export type Phase = "over" | "cancelled" | "now" | "open" | "later";

/** `open`: it hasn't begun, but the door is. */
export function phaseOf(lesson: Lesson, now: Date): Phase {
  const [start, end, at] = [Date.parse(lesson.starts_at), Date.parse(lesson.ends_at), now.getTime()];
  if (lesson.status === "cancelled") return "cancelled";
  if (at >= end) return "over";
  if (at >= start) return "now";
  return at >= start - EARLY ? "open" : "later";
}

export function membership(lesson: Lesson, user: number): Member | undefined {
  return lesson.members.find(({ user_id }) => user_id === user);
}

export interface Agenda {
  /** To be answered: one is invited, and it isn't over. */
  invitations: Lesson[];
  /** What can be joined, the earliest first. */
  open: Lesson[];
  /** What comes then, day by day; `day` is the calendar day in the zone. */
  days: { day: string; lessons: Lesson[] }[];
}

export function agenda(all: Iterable<Lesson>, me: number, now: Date, dayOf: (at: string) => string): Agenda {
  const coming = [...all].filter((lesson) => Date.parse(lesson.ends_at) > now.getTime()).sort(byStart);
  const isInvited = (lesson: Lesson) => lesson.status === "scheduled" && membership(lesson, me)?.state === "invited";
  const isOpen = (lesson: Lesson) =>
    ["open", "now"].includes(phaseOf(lesson, now)) && !isInvited(lesson) && !!membership(lesson, me);
  const days = new Map<string, Lesson[]>();
  for (const lesson of coming.filter((each) => !isInvited(each) && !isOpen(each))) {
    const day = dayOf(lesson.starts_at);
    days.set(day, [...(days.get(day) ?? []), lesson]);
  }
  return {
    invitations: coming.filter(isInvited),
    open: coming.filter(isOpen),
    days: [...days].map(([day, lessons]) => ({ day, lessons })),
  };
}

/** The lessons that are over, the latest first. */
export function past(all: Iterable<Lesson>, now: Date): Lesson[] {
  return [...all].filter((lesson) => Date.parse(lesson.ends_at) <= now.getTime()).sort((a, b) => byStart(b, a));
}

function byStart(a: Lesson, b: Lesson): number {
  return Date.parse(a.starts_at) - Date.parse(b.starts_at) || a.id - b.id;
}
