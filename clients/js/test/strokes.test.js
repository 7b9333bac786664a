// The strokes that others draw just now are put together from their pieces.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Strokes } from "../dist/strokes.js";

const points = (from, to) => Array.from({ length: to - from }, (_, n) => [from + n, 2 * n]);
const piece = (n, from, to) => ({ user_id: 7, id: "s", n, points: points(from, to), ...(n === 0 && { strokeColor: "red" }) });

function following() {
  const changed = [];
  let take;
  let stopped = 0;
  const strokes = new Strokes((given) => ((take = given), () => stopped++), (id) => changed.push(id));
  return { strokes, changed, take: (each) => take(each), seen: () => strokes.get("s")?.points.length, stopped: () => stopped };
}

test("pieces are put together, with the looks that the first one tells", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { strokes, changed, take } = following();

  take(piece(0, 0, 3));
  take(piece(1, 3, 6));

  assert.deepEqual(strokes.get("s").fields, { strokeColor: "red" });
  assert.deepEqual([strokes.get("s").points.map(([x]) => x), strokes.get("s").pieces], [[0, 1, 2, 3, 4, 5], 2]);
  assert.deepEqual(changed, ["s", "s"]);
  take(piece(0, 0, 2)); // begun anew, as after a return
  assert.equal(strokes.get("s").points.length, 2);
});

test("a stroke is dropped after a gap, and forgotten 5 s after its last piece", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { changed, take, seen } = following();

  take(piece(3, 0, 3)); // of one that began before
  assert.equal(seen(), undefined);
  take(piece(0, 0, 3));
  take(piece(2, 6, 9));
  assert.equal(seen(), undefined);
  take(piece(3, 9, 12));
  assert.equal(seen(), undefined);

  take(piece(0, 0, 3));
  t.mock.timers.tick(4_000);
  take(piece(1, 3, 6));
  t.mock.timers.tick(4_999);
  assert.equal(seen(), 6);
  t.mock.timers.tick(1);
  assert.deepEqual([seen(), changed.length], [undefined, 5]);
});

test("what are no points are no stroke, and at the end none is known", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { strokes, take, seen, stopped } = following();
  take({ ...piece(0, 0, 3), points: [[1, Infinity]] });
  assert.equal(seen(), undefined);

  take(piece(0, 0, 3));
  strokes.end();

  assert.deepEqual([seen(), stopped()], [undefined, 1]);
});
