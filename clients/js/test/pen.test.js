// Drawing at the pace of a pen: what of it is sent, and when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pen } from "../dist/pen.js";
import { LESSON, OLENA, Server, TARAS, until } from "./server.js";

const BOARD = `board:lesson:${LESSON}`;

function pen(interval) {
  const sent = [];
  return { sent, pen: new Pen(interval, (elements) => sent.push(elements.map(({ id, version }) => `${id}${version}`))) };
}

test("the first stroke goes out at once, and what follows in one piece when the interval is over", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  const { pen: board, sent } = pen(100);

  for (let version = 1; version <= 60; version++) board.draw([{ id: "a", version }]);
  board.draw([{ id: "b", version: 1 }, { id: "a", version: 7 }]);
  assert.deepEqual(sent, [["a1"]]);
  now += 99;
  t.mock.timers.tick(99);
  assert.equal(sent.length, 1);
  now += 1;
  t.mock.timers.tick(1);

  assert.deepEqual(sent, [["a1"], ["a60", "b1"]]);
});

test("flush sends at once, and nothing twice", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { pen: board, sent } = pen(100);
  board.draw([{ id: "a", version: 1 }]);
  board.draw([{ id: "a", version: 2 }]);

  board.flush();
  board.flush();
  t.mock.timers.tick(1000);

  assert.deepEqual(sent, [["a1"], ["a2"]]);
});

test("what was drawn reaches the others by flush, by unsubscribe, by close and as the page goes", async (t) => {
  const server = await new Server().start();
  const page = new EventTarget();
  Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page), removeEventListener: page.removeEventListener.bind(page) });
  t.after(() => (delete globalThis.addEventListener, delete globalThis.removeEventListener, server.stop()));
  const taras = server.client(TARAS);
  const seen = new Map();
  const his = taras.subscribe(BOARD);
  his.on("board.patch", ({ elements }) => elements.forEach(({ id, version }) => seen.set(id, version)));
  await Promise.all([taras.connect(), his.ready]);

  const leave = {
    flush: (board) => board.flush(),
    unsubscribe: (board) => board.unsubscribe(),
    close: (board, client) => client.close(),
    pagehide: () => page.dispatchEvent(new Event("pagehide")),
  };
  for (const [id, go] of Object.entries(leave)) {
    const client = server.client(OLENA, { drawInterval: 1e6 });
    const board = client.subscribe(BOARD);
    await Promise.all([client.connect(), board.ready]);
    for (let version = 1; version <= 20; version++) board.draw([{ id, version }]);
    await go(board, client);
  }
  await until(() => [...seen.values()].filter((version) => version === 20).length === 4, { toString: () => JSON.stringify([...seen]) });
});
