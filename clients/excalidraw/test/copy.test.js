// The board's copy ends as the server's does, and keeps what was drawn and isn't answered.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Copy } from "../dist/copy.js";

const LAST = Number.MAX_SAFE_INTEGER;
const at = (id, version, versionNonce = 5, more = {}) => ({ id, version, versionNonce, ...more });
const stub = (id, version, versionNonce) => at(id, version, versionNonce, { isDeleted: true });

test("the higher version wins, then the lower nonce, in whichever order they come", () => {
  for (const order of [[at("a", 1, 9), at("a", 2, 9), at("a", 2, 3)], [at("a", 2, 3), at("a", 1, 9), at("a", 2, 9)]]) {
    const copy = new Copy();
    for (const element of order) copy.put([element]);
    assert.deepEqual(copy.stored("a"), at("a", 2, 3));
  }
});

test("what was drawn stays above what loses to it, and goes when it is stored or has lost", () => {
  const copy = new Copy();
  assert.equal(copy.draw(at("a", 3)), true);

  assert.deepEqual(copy.put([at("a", 2)]), []);
  assert.deepEqual(copy.mine("a"), at("a", 3));
  assert.deepEqual(copy.put([at("a", 3)]), ["a"]);
  assert.equal(copy.mine("a"), undefined);
  assert.equal(copy.draw(at("a", 3, 6)), false);
});

test("a reset deletes all as the server does, but not what wins over that", () => {
  const copy = new Copy();
  copy.put([at("a", 4), at("last", LAST), stub("gone", 9, 1)]);
  copy.draw(at("a", 5, 3));
  copy.draw(at("new", 1));

  assert.deepEqual(copy.reset().sort(), ["a", "last"]);
  assert.deepEqual(copy.stored("a"), stub("a", 5, 0));
  assert.deepEqual(copy.stored("last"), stub("last", LAST, -LAST));
  assert.deepEqual(copy.stored("gone"), stub("gone", 9, 1));
  assert.equal(copy.mine("a"), undefined);
  assert.deepEqual(copy.mine("new"), at("new", 1));
});

test("a replacement deletes what it leaves out", () => {
  const copy = new Copy();
  copy.put([at("a", 4), at("b", 1)]);

  assert.deepEqual(copy.replace([at("b", 7), at("c", 1)]).sort(), ["a", "b", "c"]);
  assert.deepEqual(copy.stored("a"), stub("a", 5, 0));
  assert.deepEqual(copy.stored("b"), at("b", 7));
});

test("a snapshot is the board, even where it is older; what it doesn't name is gone", () => {
  const copy = new Copy();
  copy.put([at("a", 4), at("b", 9)]);
  copy.draw(at("c", 2));

  assert.deepEqual(copy.load([at("b", 7), at("c", 1)]).sort(), ["a", "b"]);
  assert.equal(copy.stored("a"), undefined);
  assert.deepEqual(copy.stored("b"), at("b", 7));
  assert.deepEqual(copy.unanswered, [at("c", 2)]);
});
