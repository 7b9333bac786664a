import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoomPerson } from "rtserver-client";
import { newHands } from "../src/state/hands.ts";

function up(user_id: number, second: number): RoomPerson {
  const hand = `2026-12-01T10:00:0${second}Z`;
  return { user_id, entered_at: "2026-12-01T10:00:00Z", hand, reaction: null };
}

test("a hand is told once, and anew when it goes up again", () => {
  const before = [up(1, 1)];

  assert.deepEqual(newHands(before, before), []);
  assert.deepEqual(newHands(before, [up(1, 1), up(2, 2)]), [2]);
  assert.deepEqual(newHands(before, [up(1, 4)]), [1]);
  assert.deepEqual(newHands(before, []), []);
});
