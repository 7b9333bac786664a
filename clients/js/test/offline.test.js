// A minute of drawing while the server is away, and what of it goes over the wire.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Proxy } from "./proxy.js";
import { LESSON, OLENA, Server, until } from "./server.js";

const BOARD = `board:lesson:${LESSON}`;

test("3,600 patches of growing strokes become a few frames, and the board ends with the last of each", async (t) => {
  const server = await new Server().start();
  const proxy = await new Proxy(server).start();
  t.after(() => (proxy.stop(), server.stop()));
  const client = server.client(OLENA, { url: proxy.url });
  const board = client.subscribe(BOARD);
  await Promise.all([client.connect(), board.ready]);
  await server.kill();
  await until(() => client.state !== "online");

  const patches = [];
  for (let stroke = 0; stroke < 20; stroke++)
    for (let version = 1, points = []; version <= 180; version++)
      patches.push(board.patch([{ id: `s${stroke}`, version, points: (points = [...points, [version + 0.5, stroke]]) }]));
  let answers = 0;
  proxy.pass = (frame) => (answers += frame.type === "ack" && frame.payload.accepted ? 1 : 0, [frame]);
  await server.start();
  const answered = await Promise.all(patches);
  const { elements } = await board.snapshot();

  assert.ok(answers <= 3, `${answers} frames`);
  assert.ok(answered.every(({ accepted }, n) => accepted[0] === `s${Math.floor(n / 180)}`));
  assert.deepEqual(elements.map(({ version, points }) => [version, points.length]), Array(20).fill([180, 180]));
});
