// A stroke while it is drawn: which pieces go out, when, and what the others get.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Preview } from "../dist/preview.js";
import { LESSON, OLENA, Server, TARAS, until } from "./server.js";

/** A preview whose clock a test moves. */
function drawing(t, fields = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const clock = { now: 1000 };
  t.mock.method(performance, "now", () => clock.now);
  const sent = [];
  const preview = new Preview("a", fields, (piece) => sent.push(piece));
  const tick = (milliseconds) => ((clock.now += milliseconds), t.mock.timers.tick(milliseconds));
  return { preview, sent, tick };
}

test("the first points go out at once with the fields, what follows at most 20 times a second", (t) => {
  const { preview, sent, tick } = drawing(t, { strokeColor: "red" });

  for (let move = 0; move < 100; move++) {
    preview.add([[move, 0.26]]);
    tick(10);
  }
  tick(50);

  assert.deepEqual(sent[0], { strokeColor: "red", id: "a", n: 0, points: [[0, 0.3]] });
  assert.ok(sent.length > 14 && sent.length <= 21, `${sent.length} pieces in a second`);
  assert.deepEqual(sent.map(({ n }) => n), [...sent.keys()]);
  assert.deepEqual(sent.flatMap(({ points }) => points.map(([x]) => x)), [...Array(100).keys()]);
  assert.deepEqual(Object.keys(sent[1]).sort(), ["id", "n", "points"]);
});

test("no piece passes 4 KiB, and what doesn't fit goes with the next", (t) => {
  const { preview, sent, tick } = drawing(t, { strokeColor: "червоний" });
  const points = Array.from({ length: 2000 }, (_, n) => [1000.1 + n, -n]);

  preview.add(points);
  for (let n = 0; n < 20; n++) tick(50);

  const sizes = sent.map((piece) => Buffer.byteLength(JSON.stringify(piece)));
  assert.ok(Math.max(...sizes) <= 4096 && sizes[0] > 4000, `${sizes}`);
  assert.deepEqual(sent.flatMap((piece) => piece.points), points.map(([x, y]) => [Math.round(x * 10) / 10, y]));
});

test("at its end nothing more is told", (t) => {
  const { preview, sent, tick } = drawing(t);
  preview.add([[1, 1]]);
  preview.add([[2, 2]]);

  preview.end();
  preview.add([[3, 3]]);
  tick(100);

  assert.deepEqual(sent.map(({ points }) => points), [[[1, 1]]]);
});

test("the README's stroke is seen while it is drawn, and is no part of the board before it is sent", async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example, following] = /### A stroke while it is drawn.*?```js\n(.*?)```.*?```js\n(.*?)```/s.exec(readme);
  const [olena, taras] = [server.client(OLENA), server.client(TARAS)];
  const [hers, his] = [olena, taras].map((client) => client.subscribe(`board:lesson:${LESSON}`));
  const [pieces, elements, own, pen] = [[], [], [], {}];
  hers.on("board.preview", (piece) => pieces.push(piece));
  hers.on("board.patch", ({ elements: drawn }) => elements.push(...drawn));
  his.on("board.preview", (piece) => own.push(piece));
  await Promise.all([olena.connect(), taras.connect(), hers.ready, his.ready]);

  const shown = [];
  new Function("board", "elements", "show", following)(hers, new Map(), (_, stroke) => stroke && shown.push(stroke.points.length));
  new Function("board", "pen", example)(his, pen);
  pen.onmove([[0, 0], [1.26, 2]]);
  pen.onmove([[3, 4]]);
  await until(() => pieces.length === 2);
  assert.deepEqual(pieces, [
    { id: "stroke-1", n: 0, points: [[0, 0], [1.3, 2]], type: "freedraw", strokeColor: "#e03131", x: 10, y: 20, user_id: TARAS },
    { id: "stroke-1", n: 1, points: [[3, 4]], user_id: TARAS },
  ]);
  assert.deepEqual(shown, [2, 3]);
  assert.deepEqual((await hers.snapshot()).elements, []);
  pen.onup([[0, 0], [1.26, 2], [3, 4]]);
  await until(() => elements.length);

  assert.deepEqual([elements[0].points.length, own], [3, []]);
});

test("who may only look can't begin one", async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const [olena, taras] = [server.client(OLENA), server.client(TARAS)];
  const board = taras.subscribe(`board:lesson:${LESSON}`);
  await Promise.all([olena.connect(), taras.connect(), board.ready]);

  await olena.http("PATCH", `/api/lessons/${LESSON}/members/${TARAS}/`, { board: "view" });
  await until(() => !board.canDraw);

  assert.throws(() => board.preview("a"), { code: "forbidden" });
});
