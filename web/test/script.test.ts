import assert from "node:assert/strict";
import { test } from "node:test";
import { Script } from "../src/app/Script.ts";

test("who asks while it comes, or later, has it fetched no second time", async () => {
  let count = 0;
  const script = new Script(async () => ++count);

  assert.equal(script.come, undefined);
  assert.deepEqual(await Promise.all([script.ask(), script.ask()]), [1, 1]);
  assert.equal(script.come, 1);
  assert.equal(await script.ask(), 1);
});

test("what didn't come is fetched anew", async () => {
  let isThere = false;
  const script = new Script(async () => {
    if (!isThere) throw new TypeError("Failed to fetch");
    return "board";
  });

  await assert.rejects(script.ask(), TypeError);
  assert.equal(script.come, undefined);
  isThere = true;
  assert.equal(await script.ask(), "board");
});
