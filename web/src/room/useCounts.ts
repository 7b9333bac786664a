import { useLive } from "../app/LiveContext.tsx";
import { MANY } from "../state/lessons.ts";
import { useStore } from "../state/store.ts";
import { useRoom } from "./RoomContext.tsx";

/** What there is to be told of the panel's tabs while they aren't seen. */
export function useCounts(): { unread: number; unreadText: string; present: number; hands: number } {
  const { lesson, present } = useRoom();
  const unread = useStore(useLive().lessons, (state) => state.byId.get(lesson.id)?.summary?.unread ?? 0);
  return {
    unread,
    unreadText: unread >= MANY ? `${MANY - 1}+` : String(unread),
    present: present.length,
    hands: present.filter(({ hand }) => hand !== null).length,
  };
}
