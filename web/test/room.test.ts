import assert from "node:assert/strict";
import { test } from "node:test";
import { closedRoom, own, type Room, type RoomEvent, type RoomLesson, room } from "../src/state/room.ts";

const ME = 2;
const tutor = { user_id: 1, name: "Olena", role: "tutor", state: "accepted", board: "draw" } as const;
const pupil = { user_id: ME, name: "Taras", role: "student", state: "accepted", board: "draw" } as const;

function lessonOf(...members: RoomLesson["members"]): RoomLesson {
  const times = { starts_at: "2026-11-30T10:00:00Z", ends_at: "2026-11-30T11:00:00Z" };
  return { id: 1, title: "Fractions", status: "scheduled", chat: "open", ...times, members };
}

function after(...events: RoomEvent[]): Room {
  return events.reduce(room, closedRoom(ME));
}

const here = (user_id: number, at: string) => ({ user_id, entered_at: at, hand: null, reaction: null });
const opened: RoomEvent = { type: "opened", lesson: lessonOf(tutor, pupil), present: [here(ME, "t1")], lead: null };

test("an old state and the events since are what a new ack shows", () => {
  const told = after(
    opened,
    { type: "entered", user_id: 1, at: "t2" },
    { type: "entered", user_id: 3, at: "t3" },
    { type: "reacted", user_id: 1, hand: "t4", reaction: "yes" },
    { type: "left", user_id: 3, at: "t5" },
    { type: "led", user_id: 1 },
    { type: "changed", lesson: lessonOf(tutor, { ...pupil, board: "view" }) },
  );
  const fresh = after({
    type: "opened",
    lesson: lessonOf(tutor, { ...pupil, board: "view" }),
    present: [here(ME, "t1"), { ...here(1, "t2"), hand: "t4", reaction: "yes" }],
    lead: 1,
  });

  assert.deepEqual(told, fresh);
  assert.equal(own(told)?.board, "view");
});

test("who comes once more is there once, without the hand that was up", () => {
  const told = after(
    opened,
    { type: "reacted", user_id: ME, hand: "t2", reaction: null },
    { type: "entered", user_id: ME, at: "t3" },
  );

  assert.deepEqual(told.present, [here(ME, "t3")]);
});

test("the door says why one isn't in", () => {
  const invited = lessonOf(tutor, { ...pupil, state: "invited" });

  assert.equal(closedRoom(ME).door, "loading");
  assert.equal(after({ type: "missing" }).door, "missing");
  assert.equal(after({ type: "loaded", lesson: lessonOf(tutor) }).door, "outside");
  assert.equal(after({ type: "loaded", lesson: invited }).door, "invited");
  assert.equal(after({ type: "loaded", lesson: invited }, { type: "missing" }).door, "missing");
  assert.equal(after({ type: "loaded", lesson: lessonOf(tutor, pupil) }).door, "open");
});

test("who was in and is taken out is told so, whichever way it is heard", () => {
  assert.equal(after(opened, { type: "missing" }).door, "gone");
  assert.equal(after(opened, { type: "changed", lesson: lessonOf(tutor) }, { type: "missing" }).door, "gone");
  assert.equal(after(opened, { type: "missing" }, opened).door, "open");
});
