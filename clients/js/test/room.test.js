// Who is in a room, as a client keeps it: over returns, losses and `resync`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Proxy } from "./proxy.js";
import { JAMES, LESSON, OLENA, Server, TARAS, until } from "./server.js";

const server = new Server({ PRESENCE_LEAVE_GRACE: 0.1 });
const proxy = new Proxy(server);
before(() => Promise.all([server.start(), proxy.start()]));
after(() => (proxy.stop(), server.stop()));

async function inside(t, user, options = {}) {
  const client = server.client(user, options);
  const room = client.room(LESSON);
  t.after(() => client.close());
  await client.connect();
  await room.ready;
  return { client, room };
}

const ids = (people) => people?.map(({ user_id }) => user_id);

/** The room as whoever comes just now is told of it. */
async function fresh(t, user) {
  const { room, client } = await inside(t, user);
  const { state } = room;
  client.close();
  return state;
}

test("who is there, hands, leader and lesson follow what happens, as a fresh ack would tell them", async (t) => {
  const olena = await inside(t, OLENA);
  const taras = await inside(t, TARAS);
  const changes = [];
  olena.room.onChange(() => changes.push(olena.room.state));

  await until(() => ids(olena.room.state.present).length === 2);
  await taras.room.react({ hand: true, reaction: "help" });
  await olena.room.react({ hand: true });
  await olena.room.lead(true);
  await olena.client.http("PATCH", `/api/lessons/${LESSON}/`, { title: "Fractions" });
  for (const { room } of [olena, taras]) await until(() => room.state.lesson.title === "Fractions");

  assert.deepEqual(olena.room.state, await fresh(t, TARAS));
  assert.deepEqual(olena.room.state, taras.room.state);
  assert.deepEqual(ids(olena.room.state.hands), [TARAS, OLENA]);
  assert.equal(olena.room.state.lead, OLENA);
  assert.equal(new Set(changes).size, changes.length);

  await olena.room.react({ hand: false, reaction: null, userId: TARAS });
  await until(() => ids(olena.room.state.hands).join() === `${OLENA}`);
  await olena.room.react({ hand: false, all: true });
  taras.client.close();
  await until(() => ids(olena.room.state.present).length === 1);
  await olena.room.lead(false);
  await until(() => olena.room.state.lead === null);

  assert.deepEqual(olena.room.state, await fresh(t, OLENA));
  assert.deepEqual([olena.room.state.lead, olena.room.state.hands], [null, []]);
});

test("a snapshot stays the same object until something changes, and never changes itself", async (t) => {
  const { room } = await inside(t, OLENA);
  const before = room.state;
  const text = JSON.stringify(before);
  let calls = 0;
  const count = () => void calls++;
  const stops = [room.onChange(count), room.onChange(count)];

  await room.react({ hand: true });
  await until(() => room.state !== before);

  assert.equal(room.state, room.state);
  assert.equal(JSON.stringify(before), text);
  assert.equal(calls, 2);
  stops[0]();
  await room.react({ hand: false });
  await until(() => room.state.hands.length === 0);
  stops[1]();
  await room.react({ reaction: "done" });
  await until(() => room.state.present[0].reaction === "done");
  assert.equal(calls, 3);
});

test("what was missed by a break, a restart or a lost frame is right after the return", async (t) => {
  const { room } = await inside(t, OLENA, { url: proxy.url });
  const taras = await inside(t, TARAS);
  await until(() => ids(room.state.present).length === 2);

  proxy.cut();
  await taras.room.react({ hand: true });
  await until(() => room.state.hands.length === 1);

  await server.kill();
  const known = room.state;
  await server.start();
  await until(() => room.state !== known && taras.room.state.hands.length === 0);
  await until(() => ids(room.state.present).length === 2);
  assert.deepEqual(room.state.hands, []);

  proxy.pass = (frame) => (frame.type === "room.reaction" ? [] : [frame]);
  await taras.room.react({ reaction: "yes" });
  await taras.client.command("ping", {});
  proxy.pass = (frame) => [frame];
  proxy.say({ type: "resync", channel: `room:lesson:${LESSON}` });
  await until(() => room.state.present.some(({ reaction }) => reaction === "yes"));
  assert.deepEqual(room.state, await fresh(t, TARAS));
});

test("a stranger's room is refused, and who is taken out has none any more", async (t) => {
  const [olena, james] = [server.client(OLENA), server.client(JAMES)];
  const taras = await inside(t, TARAS);
  await Promise.all([olena.connect(), james.connect()]);
  await assert.rejects(james.room(LESSON).ready, { code: "forbidden" });
  const reasons = [];
  taras.room.on("unsubscribed", ({ reason }) => reasons.push(reason));
  taras.room.onChange(() => reasons.push(taras.room.state));

  await assert.rejects(taras.room.lead(true), { code: "forbidden" });
  await assert.rejects(taras.room.react({ hand: true, userId: OLENA }), { code: "forbidden" });
  await olena.http("DELETE", `/api/lessons/${LESSON}/members/${TARAS}/`);
  await until(() => reasons.length === 2);

  assert.deepEqual(reasons, [undefined, "removed"]);
  await assert.rejects(taras.room.react({ hand: true }), { code: "closed" });
});

test("a listener that throws is reported, and hinders no other", async (t) => {
  const errors = [];
  const { room } = await inside(t, OLENA, { onError: (error) => errors.push(error.message) });
  let calls = 0;
  room.onChange(() => { throw new Error("mine"); });
  room.onChange(() => void calls++);

  await room.react({ reaction: "no" });
  await until(() => calls);
  await room.leave();

  assert.deepEqual([errors, calls, room.state], [["mine", "mine"], 2, undefined]);
});

test("a table comes as it is", async (t) => {
  const { client } = await inside(t, OLENA);

  const table = await client.http("GET", `/api/lessons/${LESSON}/attendance/?format=csv`);

  assert.match(table.type, /^text\/csv/);
  assert.match(await table.text(), /^user_id,name,role,entered_at,left_at,seconds\r\n/);
});
