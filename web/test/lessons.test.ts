import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChatMessage, type Lesson, type LessonsEvent, lessons, noLessons } from "../src/state/lessons.ts";

const ME = 4;

function lesson(summary: Partial<Lesson["summary"]> = {}): Lesson {
  return {
    id: 1,
    title: "Fractions",
    starts_at: "2026-12-01T10:00:00Z",
    ends_at: "2026-12-01T11:00:00Z",
    status: "scheduled",
    members: [],
    summary: { unread: 0, seq: 0, read: 0, last_message: null, present: [], held: 0, ...summary },
  };
}

function message(seq: number, author: number, created_seq = seq): ChatMessage {
  return {
    id: created_seq,
    lesson_id: 1,
    seq,
    created_seq,
    author: { id: author, name: "" },
    text: "",
    created_at: "",
  };
}

const run = (...events: LessonsEvent[]) => events.reduce(lessons, noLessons(ME));
const summaryOf = (...events: LessonsEvent[]) =>
  run({ type: "loaded", lessons: [lesson()] }, ...events).byId.get(1)!.summary!;

test("a list and the chat's events are what a fresh list shows", () => {
  const told = run(
    { type: "loaded", lessons: [lesson()] },
    { type: "posted", message: message(1, 7) },
    { type: "posted", message: message(2, ME) },
    { type: "read", lesson_id: 1, user_id: ME, seq: 2 },
    { type: "posted", message: message(3, 7) },
  );
  const fresh = lesson({ unread: 1, seq: 3, read: 2, last_message: message(3, 7) });

  assert.deepEqual(told, run({ type: "loaded", lessons: [fresh] }));
});

test("one's own messages are never unread", () => {
  assert.equal(summaryOf({ type: "posted", message: message(1, ME) }).unread, 0);
});

test("a replay after a break counts nothing twice", () => {
  const first: LessonsEvent = { type: "posted", message: message(1, 7) };

  assert.equal(summaryOf(first, first).unread, 1);
});

test("an edited message is shown as it is now, and isn't unread again", () => {
  const summary = summaryOf({ type: "posted", message: message(1, 7) }, { type: "edited", message: message(2, 7, 1) });

  assert.equal(summary.unread, 1);
  assert.equal(summary.last_message?.seq, 2);
});

test("what can't be told from the event is asked for", () => {
  const before: LessonsEvent[] = [
    { type: "loaded", lessons: [lesson()] },
    { type: "posted", message: message(1, 7) },
    { type: "posted", message: message(2, 7) },
  ];

  assert.deepEqual([...run(...before, { type: "deleted", message: message(3, 7, 2) }).stale], [1]);
  assert.deepEqual([...run(...before, { type: "read", lesson_id: 1, user_id: ME, seq: 1 }).stale], [1]);
  assert.deepEqual([...run({ type: "posted", message: message(1, 7) }).stale], [1]);
  assert.deepEqual([...run(...before, { type: "changed", lesson: lesson() }).stale], []);
});

test("others' marks change nothing here", () => {
  const state = run({ type: "loaded", lessons: [lesson({ unread: 2, seq: 2 })] });

  assert.equal(lessons(state, { type: "read", lesson_id: 1, user_id: 7, seq: 2 }), state);
});

test("over a hundred unread stay a hundred", () => {
  const many: LessonsEvent = { type: "loaded", lessons: [lesson({ unread: 100, seq: 200 })] };

  assert.equal(run(many, { type: "posted", message: message(201, 7) }).byId.get(1)?.summary?.unread, 100);
});

test("a lesson that a new list of its time hasn't is gone, and one of another time stays", () => {
  const other = { ...lesson(), id: 2, starts_at: "2026-11-01T10:00:00Z", ends_at: "2026-11-01T11:00:00Z" };
  const state = run(
    { type: "loaded", lessons: [lesson(), other] },
    { type: "loaded", lessons: [], from: "2026-12-01T00:00:00Z" },
  );

  assert.deepEqual([...state.byId.keys()], [2]);
});

test("what comes without a summary leaves it", () => {
  const { summary, ...bare } = lesson({ unread: 3, seq: 5 });
  const state = run(
    { type: "loaded", lessons: [{ ...bare, summary: summary! }] },
    { type: "changed", lesson: { ...bare, title: "Sums" } },
  );

  assert.equal(state.byId.get(1)?.title, "Sums");
  assert.equal(state.byId.get(1)?.summary?.unread, 3);
});
