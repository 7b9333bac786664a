import { useTranslation } from "react-i18next";
import { useLive } from "../app/LiveContext.tsx";
import { MANY } from "../state/lessons.ts";
import { useStore } from "../state/store.ts";
import { useRoom } from "./RoomContext.tsx";

interface Counts {
  unread: number;
  /** Messages that wait for a tutor. */
  held: number;
  /** Both, as a number to show, and in words for who can't see it; empty where there are none. */
  chat: { count: string; told: string };
  present: number;
  hands: number;
}

/** What there is to be told of the panel's tabs while they aren't seen. */
export function useCounts(): Counts {
  const { t } = useTranslation();
  const { lesson, present, hands, isTutor } = useRoom();
  const summary = useStore(useLive().lessons, (state) => state.byId.get(lesson.id)?.summary);
  const unread = summary?.unread ?? 0;
  const held = isTutor ? (summary?.held ?? 0) : 0;
  const told = [unread && t("lesson.unread", { count: unread }), held && t("chat.held", { count: held })];
  return {
    unread,
    held,
    chat: { count: countText(unread + held), told: told.filter(Boolean).join(", ") },
    present: present.length,
    hands: hands.length,
  };
}

/** Up to 99, and nothing for 0. */
export function countText(count: number): string {
  if (!count) return "";
  return count >= MANY ? `${MANY - 1}+` : String(count);
}
