import assert from "node:assert/strict";
import { test } from "node:test";
import { handsOf, newHands } from "../src/state/hands.ts";
import type { Presence } from "../src/state/room.ts";

function person(user_id: number, hand: string | null = null): Presence {
  return { user_id, entered_at: "2026-12-01T10:00:00Z", hand, reaction: null };
}

const at = (second: number) => `2026-12-01T10:00:0${second}Z`;

test("hands stand in the order in which they went up", () => {
  const present = [person(1, at(3)), person(2), person(3, at(1)), person(4, at(2))];

  assert.deepEqual(
    handsOf(present).map(({ user_id }) => user_id),
    [3, 4, 1],
  );
});

test("a hand is told once, and anew when it goes up again", () => {
  const before = [person(1, at(1)), person(2)];

  assert.deepEqual(newHands(before, before), []);
  assert.deepEqual(newHands(before, [person(1, at(1)), person(2, at(2))]), [2]);
  assert.deepEqual(newHands(before, [person(1, at(4)), person(2)]), [1]);
  assert.deepEqual(newHands(before, [person(2), person(3)]), []);
});
