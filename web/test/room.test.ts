import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lesson, RoomState } from "rtserver-client";
import { closedRoom, own, type Room, type RoomEvent, room } from "../src/state/room.ts";

const ME = 2;
const tutor = { user_id: 1, name: "Olena", role: "tutor", state: "accepted", board: "draw" } as const;
const pupil = { user_id: ME, name: "Taras", role: "student", state: "accepted", board: "draw" } as const;

function lessonOf(...members: Lesson["members"]): Lesson {
  const times = { starts_at: "2026-11-30T10:00:00Z", ends_at: "2026-11-30T11:00:00Z" };
  return { id: 1, title: "Fractions", status: "scheduled", chat: "open", ...times, members };
}

function after(...events: RoomEvent[]): Room {
  return events.reduce(room, closedRoom(ME));
}

const here = (user_id: number, at: string) => ({ user_id, entered_at: at, hand: null, reaction: null });
const told = (lesson: Lesson, more: Partial<RoomState> = {}): RoomEvent => ({
  type: "told",
  room: { lesson, present: [here(ME, "t1")], hands: [], lead: null, ...more },
});
const opened = told(lessonOf(tutor, pupil));
const loaded = (...members: Lesson["members"]): RoomEvent => ({ type: "loaded", lesson: lessonOf(...members) });

test("what was told last is what a new ack shows, whatever was there before", () => {
  const last = told(lessonOf(tutor, { ...pupil, board: "view" }), {
    present: [here(ME, "t1"), here(1, "t2")],
    lead: 1,
  });

  assert.deepEqual(after(loaded(tutor, pupil), opened, last), after(last));
  assert.equal(own(after(last))?.board, "view");
});

test("the door says why one isn't in", () => {
  const invited = { ...pupil, state: "invited" } as const;

  assert.equal(closedRoom(ME).door, "loading");
  assert.equal(after({ type: "missing" }).door, "missing");
  assert.equal(after(loaded(tutor)).door, "outside");
  assert.equal(after(loaded(tutor, invited)).door, "invited");
  assert.equal(after(loaded(tutor, invited), { type: "missing" }).door, "missing");
  assert.equal(after(loaded(tutor, pupil)).door, "open");
});

test("who was in and is taken out is told so, whichever way it is heard, and sees nobody any more", () => {
  const gone = after(opened, { type: "missing" });

  assert.deepEqual([gone.door, gone.present], ["gone", []]);
  assert.equal(after(opened, told(lessonOf(tutor)), { type: "missing" }).door, "gone");
  assert.equal(after(opened, { type: "missing" }, opened).door, "open");
});
