import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeldMessage, Message } from "rtserver-client";
import { type Chat, type ChatEvent, chat, type HistoryPage, noChat, readers, unread } from "../src/state/chat.ts";

const ME = 4;
const OLENA = 2;

/** A message that was made by the change of its id, and changed last by `seq`. */
function message(id: number, author = OLENA, seq = id, more: Partial<Message> = {}): Message {
  const made = { id, lesson_id: 1, seq, created_seq: id, author: { id: author, name: "" }, text: `${id}.${seq}` };
  const when = { created_at: "2026-12-01T10:00:00Z", edited_at: null };
  return { ...made, ...when, deleted: false, client_id: null, deleted_by: null, files: [], ...more };
}

function held(held_id: number, author = ME, client_id: string | null = null): HeldMessage {
  const what = { text: "", files: [], client_id, created_at: "" };
  return { held_id, lesson_id: 1, author: { id: author, name: "" }, ...what };
}

function page(messages: Message[], more: Partial<HistoryPage> = {}): HistoryPage {
  const results = [...messages].sort((a, b) => b.id - a.id);
  return { results, next: null, seq: Math.max(0, ...messages.map(({ seq }) => seq)), reads: {}, ...more };
}

const loaded = (...messages: Message[]): ChatEvent => ({ type: "loaded", page: page(messages) });
const run = (...events: ChatEvent[]) => events.reduce(chat, noChat(ME));
const ids = ({ messages }: Chat) => messages.map(({ id }) => id);
/** What a load shows: without what has gone since. */
const shown = (state: Chat) => ({ ...state, messages: state.messages.filter(({ deleted }) => !deleted), late: [] });

test("a page and the events since are what a fresh page shows", () => {
  const gone = message(2, OLENA, 6, { deleted: true, text: "", deleted_by: OLENA });
  const old = run(
    loaded(message(1), message(2), message(3, ME)),
    { type: "new", message: message(4) },
    { type: "edited", message: message(3, ME, 5) },
    { type: "deleted", message: gone },
    { type: "read", user_id: OLENA, seq: 4 },
  );
  const fresh = page([message(1), message(3, ME, 5), message(4)], { seq: 6, reads: { [OLENA]: 4 } });

  assert.deepEqual(shown(old), shown(run({ type: "loaded", page: fresh })));
});

test("what arrives while the page is on its way is neither lost nor shown as it was", () => {
  const raced = run(
    { type: "edited", message: message(1, OLENA, 3) },
    { type: "new", message: message(4) },
    { type: "read", user_id: OLENA, seq: 4 },
    { type: "loaded", page: page([message(1), message(2)], { reads: { [OLENA]: 2 } }) },
  );

  assert.deepEqual(
    raced.messages.map(({ text }) => text),
    ["1.3", "2.2", "4.4"],
  );
  assert.equal(raced.reads[OLENA], 4);
});

test("pages of what is older stand before, with what was told of them meanwhile", () => {
  const state = run(
    { type: "loaded", page: page([message(5), message(6)], { next: "older" }) },
    { type: "edited", message: message(3, OLENA, 7) },
    { type: "deleted", message: message(4, OLENA, 8, { deleted: true, text: "", deleted_by: OLENA }) },
  );
  assert.deepEqual(ids(state), [5, 6]);

  const all = chat(state, { type: "older", page: page([message(2), message(3), message(4)]) });

  assert.deepEqual(
    shown(all).messages.map(({ text }) => text),
    ["2.2", "3.7", "5.5", "6.6"],
  );
  assert.equal(all.next, null);
});

test("a page that is loaded anew takes the place of what may have changed unheard", () => {
  const before = run(loaded(message(1), message(2), message(3)));
  const after = chat(before, { type: "loaded", page: page([message(3), message(1, OLENA, 4)], { seq: 5 }) });

  assert.deepEqual(
    after.messages.map(({ text }) => text),
    ["1.4", "3.3"],
  );
});

test("the same event twice, or an old one, changes nothing", () => {
  const state = run(
    loaded(message(1)),
    { type: "new", message: message(2) },
    { type: "edited", message: message(2, OLENA, 3) },
  );

  assert.deepEqual(chat(state, { type: "new", message: message(2) }), state);
  assert.equal(chat(state, { type: "read", user_id: OLENA, seq: 0 }), state);
});

test("what one sends is there at once, and once only when it has arrived", () => {
  const outgoing = { client_id: "a", text: "Hello!", files: [], failed: null };
  const state = run(loaded(), { type: "queued", outgoing });
  assert.deepEqual(state.outgoing, [outgoing]);

  const mine = message(1, ME, 1, { client_id: "a" });
  const told = run(
    loaded(),
    { type: "queued", outgoing },
    { type: "new", message: mine },
    { type: "new", message: mine },
  );

  assert.deepEqual(told, run(loaded(mine)));
});

test("what couldn't be sent says why, and is tried again or dropped", () => {
  const outgoing = { client_id: "a", text: "Hello!", files: [], failed: null };
  const state = run(loaded(), { type: "queued", outgoing }, { type: "failed", client_id: "a", code: "forbidden" });

  assert.equal(state.outgoing[0]?.failed, "forbidden");
  assert.deepEqual(chat(state, { type: "dropped", client_id: "a" }).outgoing, []);
});

test("what waits for a tutor is no longer on its way, and approved it is a message", () => {
  const outgoing = { client_id: "a", text: "", files: [], failed: null };
  const waiting = run(loaded(), { type: "queued", outgoing }, { type: "held", held: held(7, ME, "a") });
  assert.deepEqual([waiting.outgoing.length, waiting.held.length], [0, 1]);
  assert.deepEqual(waiting, run(loaded(), { type: "waiting", held: [held(7, ME, "a")] }));

  const decision = { held_id: 7, lesson_id: 1, approved: true, message_id: 1, by: OLENA };
  const approved = chat(waiting, { type: "decided", decision });

  assert.deepEqual([approved.held.length, approved.refused.length], [0, 0]);
});

test("its author hears of a refusal, and a tutor or who took it back doesn't", () => {
  const refusal = { held_id: 7, lesson_id: 1, approved: false, message_id: null };
  const mine = run({ type: "waiting", held: [held(7)] });
  const refused = chat(mine, { type: "decided", decision: { ...refusal, by: OLENA } });

  assert.equal(refused.refused.length, 1);
  assert.equal(chat(refused, { type: "seen", held_id: 7 }).refused.length, 0);
  assert.equal(chat(mine, { type: "decided", decision: { ...refusal, by: ME } }).refused.length, 0);
  const tutors = run({ type: "waiting", held: [held(7, 9)] }, { type: "decided", decision: { ...refusal, by: OLENA } });
  assert.deepEqual([tutors.held.length, tutors.refused.length], [0, 0]);
});

test("who writes does so until the message is there, or for some seconds", () => {
  const typing = (at: number) => ({ type: "typing", user_id: OLENA, at }) as const;
  const state = run(loaded(), typing(1000), typing(4000));

  assert.equal(chat(state, { type: "passed", user_id: OLENA, at: 1000 }), state);
  assert.equal(chat(state, { type: "passed", user_id: OLENA, at: 4000 }).typing.size, 0);
  assert.equal(chat(state, { type: "new", message: message(1) }).typing.size, 0);
});

test("unread are others' messages behind one's mark", () => {
  const state = run(
    { type: "loaded", page: page([message(1), message(2, ME), message(3)], { reads: { [ME]: 1, [OLENA]: 2 } }) },
    { type: "new", message: message(4) },
  );

  assert.deepEqual(
    unread(state).map(({ id }) => id),
    [3, 4],
  );
  assert.deepEqual(readers(state, state.messages[1]!), [OLENA]);
  assert.deepEqual(readers(state, state.messages[2]!), []);
});

test("the line of what is unread is drawn when one begins to look, and stays", () => {
  const before: ChatEvent = { type: "loaded", page: page([message(1), message(2)], { reads: { [ME]: 1 } }) };
  const looks: ChatEvent[] = [{ type: "looks" }, { type: "read", user_id: ME, seq: 2 }];

  assert.equal(run(before, ...looks).line, 1);
  assert.equal(run({ type: "looks" }, before).line, 1);
  assert.equal(run(before, ...looks, { type: "new", message: message(3) }).line, 1);
  assert.equal(run(before, ...looks, { type: "away" }, { type: "looks" }).line, null);
  assert.equal(
    run(before, ...looks, { type: "away" }, { type: "new", message: message(3) }, { type: "looks" }).line,
    2,
  );
});
