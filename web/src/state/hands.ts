// Whose hand is up in a room, and what each person there shows.

import type { Presence } from "./room.ts";

/** Those whose hands are up, the first one first. */
export function handsOf(present: readonly Presence[]): Presence[] {
  return present.filter(({ hand }) => hand !== null).sort((a, b) => a.hand!.localeCompare(b.hand!));
}

/** Whose hands have gone up since; a hand that was lowered between counts anew. */
export function newHands(before: readonly Presence[], now: readonly Presence[]): number[] {
  const known = new Set(handsOf(before).map(({ user_id, hand }) => `${user_id} ${hand}`));
  return handsOf(now)
    .filter(({ user_id, hand }) => !known.has(`${user_id} ${hand}`))
    .map(({ user_id }) => user_id);
}
