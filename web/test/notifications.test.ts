import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_NOTICES, type Notice, type NoticeEvent, notices } from "../src/state/notifications.ts";

const AT = "2026-12-01T10:00:00Z";

function notice(id: number, read_at: string | null = null): Notice {
  return { id, seq: id, event: "chat.message", data: {}, created_at: AT, read_at };
}

const page = (...ids: number[]) => ({ results: ids.map((id) => notice(id)), unread: ids.length, next: null });
const run = (...events: NoticeEvent[]) => events.reduce(notices, NO_NOTICES);

test("a list and what arrived since are what a fresh list shows", () => {
  const old = run({ type: "loaded", page: page(2, 1) }, { type: "arrived", notice: notice(3) });

  assert.deepEqual(old, run({ type: "loaded", page: page(3, 2, 1) }));
});

test("what arrives before the list comes isn't lost, and isn't there twice", () => {
  const raced = run(
    { type: "arrived", notice: notice(3) },
    { type: "arrived", notice: notice(2) },
    { type: "loaded", page: { ...page(2, 1), unread: 3 } },
  );

  assert.deepEqual(
    raced.list.map(({ id }) => id),
    [3, 2, 1],
  );
  assert.equal(raced.unread, 3);
});

test("the same event twice counts once", () => {
  const once = run({ type: "loaded", page: page(1) }, { type: "arrived", notice: notice(2) });

  assert.equal(notices(once, { type: "arrived", notice: notice(2) }), once);
});

test("what is read elsewhere is read here, and counted as the server counts", () => {
  const state = run({ type: "loaded", page: page(3, 2, 1) }, { type: "read", ids: [2], unread: 2, at: AT });

  assert.deepEqual(
    state.list.map(({ read_at }) => read_at),
    [null, AT, null],
  );
  assert.equal(state.unread, 2);
});

test("all are read, those too that aren't loaded", () => {
  const state = run({ type: "loaded", page: { ...page(3, 2), unread: 70 } }, { type: "read", ids: "all", at: AT });

  assert.equal(state.unread, 0);
  assert.ok(state.list.every(({ read_at }) => read_at === AT));
});

test("further pages are put behind", () => {
  const state = run({ type: "loaded", page: { ...page(4, 3), next: "n" } }, { type: "more", page: page(2, 1) });

  assert.deepEqual(
    state.list.map(({ id }) => id),
    [4, 3, 2, 1],
  );
  assert.equal(state.next, null);
});
