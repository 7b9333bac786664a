import assert from "node:assert/strict";
import { test } from "node:test";
import { online } from "../src/state/online.ts";

test("who came and went since the list is as in a fresh list", () => {
  const old = [
    { type: "all", ids: [1, 2] },
    { type: "came", id: 3 },
    { type: "went", id: 1 },
  ] as const;
  const told = old.reduce((state, event) => online(state, event as Parameters<typeof online>[1]), new Set<number>());

  assert.deepEqual(told, new Set([2, 3]));
});

test("who is there already changes nothing", () => {
  const state = new Set([1]);

  assert.equal(online(state, { type: "came", id: 1 }), state);
  assert.equal(online(state, { type: "went", id: 2 }), state);
});
