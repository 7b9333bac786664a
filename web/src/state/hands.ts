import type { RoomPerson } from "rtserver-client";

/** Whose hands have gone up since; a hand that was lowered between counts anew. */
export function newHands(before: readonly RoomPerson[], now: readonly RoomPerson[]): number[] {
  const known = new Set(before.map(({ user_id, hand }) => `${user_id} ${hand}`));
  return now.filter(({ user_id, hand }) => !known.has(`${user_id} ${hand}`)).map(({ user_id }) => user_id);
}
