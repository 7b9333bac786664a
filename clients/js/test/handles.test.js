// Several parts of a page share a channel, and don't disturb each other.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LESSON, OLENA, Server, TARAS, until } from "./server.js";

const server = new Server();
before(() => server.start());
after(() => server.stop());

const CHAT = `chat:user:${TARAS}`;
const BOARD = `board:lesson:${LESSON}`;

function hearing(subscription) {
  const heard = [];
  subscription.on("*", ({ text }, { seq }) => heard.push(text ?? seq));
  return heard;
}

async function connected(user) {
  const client = server.client(user);
  await client.connect();
  return client;
}

test("one component's unsubscribe doesn't deafen another", async () => {
  const [olena, taras] = [await connected(OLENA), await connected(TARAS)];
  const [one, other] = [taras.subscribe(CHAT), taras.subscribe(CHAT)];
  const [gone, heard] = [hearing(one), hearing(other)];
  await Promise.all([one.ready, other.ready]);

  await one.unsubscribe();
  await one.unsubscribe();
  await olena.post(LESSON, "Still there?");
  await until(() => heard.length);

  assert.deepEqual([gone, heard], [[], ["Still there?"]]);
});

test("mounted, unmounted and mounted again, a component hears everything once", async () => {
  const [olena, taras] = [await connected(OLENA), await connected(TARAS)];
  const first = taras.subscribe(CHAT);
  hearing(first);
  const left = first.unsubscribe();
  const again = taras.subscribe(CHAT);
  const heard = hearing(again);

  await Promise.all([left, again.ready]);
  await olena.post(LESSON, "Once.");
  await until(() => heard.length);
  await taras.command("ping", {});

  assert.deepEqual(heard, ["Once."]);
  await assert.rejects(first.ready, { code: "closed" });
});

test("who comes later with an older position gets what is missing, and the others nothing twice", async () => {
  const [olena, taras] = [await connected(OLENA), await connected(TARAS)];
  const [hers, his] = [olena.subscribe(BOARD), taras.subscribe(BOARD)];
  const heard = hearing(his);
  const start = (await his.ready).seq;
  await hers.ready;
  for (const version of [1, 2, 3]) await hers.patch([{ id: "a", version }, { id: `b${version}`, version: 1 }]);
  await until(() => heard.length === 3);

  const later = taras.subscribe(BOARD, { since: start + 1, epoch: his.epoch });
  const missed = hearing(later);
  await until(() => later.position === start + 3);
  await hers.patch([{ id: "a", version: 4 }]);
  await until(() => later.position === start + 4 && his.position === start + 4);

  assert.deepEqual(missed, [start + 2, start + 3, start + 4]);
  assert.deepEqual(heard, [1, 2, 3, 4].map((n) => start + n));
});

test("the last one's unsubscribe ends the channel", async () => {
  const [olena, taras] = [await connected(OLENA), await connected(TARAS)];
  const board = taras.subscribe(BOARD);
  const reasons = [];
  board.on("unsubscribed", ({ reason }) => reasons.push(reason));
  await board.ready;

  await board.unsubscribe();

  assert.deepEqual(reasons, ["unsubscribed"]);
  await assert.rejects(board.command("board.reset", {}), { code: "closed" });
  assert.ok(olena.welcome);
});
