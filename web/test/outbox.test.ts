import assert from "node:assert/strict";
import { test } from "node:test";
import { countUnsent, forgetUnsent, newKey, Outbox } from "../src/session/outbox.ts";

/** As a browser's storage, in memory. */
function storage() {
  const all = new Map<string, string>();
  return {
    get length() {
      return all.size;
    },
    key: (n: number) => [...all.keys()][n] ?? null,
    getItem: (key: string) => all.get(key) ?? null,
    setItem: (key: string, value: string) => void all.set(key, value),
    removeItem: (key: string) => void all.delete(key),
  };
}

const outgoing = (client_id: string) => ({ client_id, text: "Hello!", files: [], failed: null });

test("what isn't answered is there after a reload, and what is isn't", () => {
  const kept = storage();
  const before = new Outbox(4, 1, kept);
  before.put(outgoing("a"));
  before.put(outgoing("b"));
  before.put({ ...outgoing("c"), failed: "forbidden" });
  before.drop("a");

  assert.deepEqual(new Outbox(4, 1, kept).all(), [outgoing("b"), { ...outgoing("c"), failed: "forbidden" }]);
});

test("what somebody else wrote on this device, or in another lesson, stays theirs", () => {
  const kept = storage();
  new Outbox(4, 1, kept).put(outgoing("a"));

  assert.deepEqual(new Outbox(5, 1, kept).all(), []);
  assert.deepEqual(new Outbox(4, 11, kept).all(), []);
});

test("a full or forbidden storage hinders nobody", () => {
  const full = { ...storage(), setItem: () => assert.fail("full") };
  new Outbox(4, 1, full).put(outgoing("a"));
  const none = new Outbox(4, 1, undefined);
  none.put(outgoing("a"));

  assert.deepEqual(none.all(), []);
});

test("after signing out nothing is left, and what isn't ours stays", () => {
  const kept = storage();
  kept.setItem("rtserver school", "{}");
  new Outbox(4, 1, kept).put(outgoing("a"));
  new Outbox(5, 1, kept).put(outgoing("b"));
  assert.equal(countUnsent(4, kept), 1);
  forgetUnsent(4, kept);

  assert.deepEqual([kept.length, countUnsent(4, kept), countUnsent(5, kept)], [2, 0, 1]);
});

test("no two keys are alike", () => {
  assert.notEqual(newKey(), newKey());
  assert.match(newKey(), /^[0-9a-f]{32}$/);
});
