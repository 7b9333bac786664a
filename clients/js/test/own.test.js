// One's own changes reach one's own listeners, once, at their place: a copy made of events is the board.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Proxy } from "./proxy.js";
import { LESSON, OLENA, Server, TARAS, until } from "./server.js";

const server = new Server();
const proxy = new Proxy(server);
before(() => Promise.all([server.start(), proxy.start()]));
afterEach(() => server.leave());
after(() => (proxy.stop(), server.stop()));

const BOARD = `board:lesson:${LESSON}`;
const byId = (one, other) => (one.id < other.id ? -1 : 1);

/** A board with a copy that is made of its events alone. */
async function copying(user, options) {
  const client = server.client(user, options);
  const board = client.subscribe(BOARD);
  const copy = new Map();
  const events = [];
  const put = (elements) => elements.forEach((element) => copy.set(element.id, element));
  board.on("board.patch", ({ elements }) => put(elements));
  board.on("board.reset", () => copy.clear());
  board.on("board.snapshot.send", ({ elements }) => (copy.clear(), put(elements)));
  board.on("*", ({ user_id }, { seq, own, type }) => seq && events.push([type, seq, user_id, own]));
  await client.connect();
  const { seq } = await board.ready;
  put((await board.snapshot()).elements);
  const elements = () => [...copy.values()].filter((element) => !element.isDeleted).sort(byId);
  return { client, board, events, elements, start: seq };
}

async function live(board) {
  return (await board.snapshot()).elements.filter((element) => !element.isDeleted).sort(byId);
}

test("patches, resets and replacements of one's own come as events, marked and with the seq of their acks", async () => {
  const { board, events, start, elements } = await copying(OLENA);

  await board.patch([{ id: "a", version: 1, x: 1 }, { id: "b", version: 1 }]);
  await board.patch([{ id: "a", version: 1, x: 1 }]); // changes nothing
  await board.command("board.reset", {});
  await board.patch([{ id: "c", version: 1 }]);
  await board.command("board.snapshot.send", { elements: [{ id: "a", version: 1, x: 5 }, { id: "d", version: 1 }] });
  await board.patch([{ id: "e", version: 1 }]);
  await until(() => board.position === start + 5);

  const types = ["patch", "reset", "patch", "snapshot.send", "patch"];
  assert.deepEqual(events, types.map((type, n) => [`board.${type}`, start + n + 1, OLENA, true]));
  assert.deepEqual(elements(), await live(board));
  assert.deepEqual(elements().map(({ id }) => id), ["a", "d", "e"]);
});

test("two who draw and clear at once both end with the board's copy, each change once and in order", async () => {
  const [olena, taras] = [await copying(OLENA), await copying(TARAS)];
  const work = async ({ board }, name) => {
    for (let n = 0; n < 25; n++) {
      await board.patch([{ id: `shared${n % 3}`, version: n + 10, versionNonce: name.length }, { id: `${name}${n}`, version: 1 }]);
      if (name === "olena" && n % 10 === 9) await board.command("board.reset", {});
    }
  };

  await Promise.all([work(olena, "olena"), work(taras, "ta")]);
  const { seq } = await olena.board.snapshot();
  await until(() => [olena, taras].every(({ board }) => board.position === seq));

  const board = await live(olena.board);
  for (const { elements, events, start } of [olena, taras]) {
    assert.deepEqual(elements(), board);
    assert.deepEqual(events.map(([, number]) => number), Array.from({ length: seq - start }, (_, n) => start + n + 1));
  }
  assert.ok(taras.events.every(([, , user, own]) => (user === TARAS) === (own === true)));
});

test("a change whose ack was lost comes once, by the replay", async () => {
  const { client, board, events, elements } = await copying(TARAS, { url: proxy.url });
  proxy.pass = (frame) => {
    if (!frame.payload?.accepted) return [frame];
    proxy.pass = (each) => [each];
    proxy.cut();
    return [];
  };

  const { accepted } = await board.patch([{ id: "lost", version: 1 }]);
  await client.command("ping", {});

  assert.deepEqual(accepted, ["lost"]);
  assert.equal(events.length, 1);
  assert.deepEqual(elements(), await live(board));
});

test("a change before which an event was lost comes at its place", async () => {
  const { board, events, start } = await copying(TARAS, { url: proxy.url });
  const olena = await copying(OLENA);
  let lost = 0;
  proxy.pass = (frame) => (frame.seq === start + 1 && !lost++ ? [] : [frame]);

  await olena.board.patch([{ id: "hers", version: 1 }]);
  await until(() => lost);
  await board.patch([{ id: "his", version: 1 }]);
  await until(() => board.position === start + 2);

  assert.deepEqual(events, [["board.patch", start + 1, OLENA, undefined], ["board.patch", start + 2, TARAS, true]]);
});
