import assert from "node:assert/strict";
import { test } from "node:test";
import { type AttachmentEvent, areMoving, attachments, ready } from "../src/state/attachments.ts";

const file = { id: "f_1", name: "tree.png", type: "image/png", bytes: 10 };
const run = (...events: AttachmentEvent[]) => events.reduce(attachments, []);
const added: AttachmentEvent = { type: "added", key: "a", name: "tree.png" };

test("a file goes up, and is there", () => {
  const moving = run(added, { type: "moved", key: "a", sent: 0.5 });
  assert.deepEqual([moving[0]?.sent, areMoving(moving), ready(moving)], [0.5, true, []]);

  const there = attachments(moving, { type: "arrived", key: "a", file });

  assert.deepEqual([areMoving(there), ready(there)], [false, [file]]);
});

test("one that failed holds up nothing, and goes with nothing", () => {
  const failed = run(added, { type: "failed", key: "a", code: "too_large" });

  assert.deepEqual([areMoving(failed), ready(failed), failed[0]?.failed], [false, [], "too_large"]);
  assert.deepEqual(attachments(failed, { type: "dropped", key: "a" }), []);
});

test("what happens to one that was dropped is nothing", () => {
  assert.deepEqual(run(added, { type: "dropped", key: "a" }, { type: "arrived", key: "a", file }), []);
});

test("those of a message that is taken back are there already", () => {
  assert.deepEqual(ready(run(added, { type: "set", files: [file] })), [file]);
});
