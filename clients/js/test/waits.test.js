// What waits: for an answer that is long in coming, for the connection, for the next try.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { after, before, test } from "node:test";
import { CommandError, retry } from "../dist/index.js";
import { Proxy } from "./proxy.js";
import { ADMIN, JAMES, LESSON, OLENA, Server, TARAS, until } from "./server.js";

const server = new Server({ PRESENCE_HEARTBEAT: 0.8 });
const proxy = new Proxy(server);
before(() => Promise.all([server.start(), proxy.start()]));
after(() => (proxy.stop(), server.stop()));

const BOARD = `board:lesson:${LESSON}`;
const NEVER = { base: 1e9, cap: 1e9 }; // no try comes by itself

async function drawing(user, options) {
  const client = server.client(user, options);
  const board = client.subscribe(BOARD);
  await client.connect();
  await board.ready;
  return { client, board };
}

test("a snapshot that takes longer than other answers is waited for, as is what stands behind it", async () => {
  const timeout = 1000;
  const states = [];
  const { client, board } = await drawing(TARAS, { url: proxy.url, timeout, onState: (state) => states.push(state) });
  const held = [];
  proxy.pass = (frame) => (held.length || frame.payload?.taken_at ? (held.push(frame), []) : [frame]);

  const snapshot = board.snapshot();
  const ping = client.command("ping", {});
  await until(() => held.length);
  setTimeout(() => (proxy.pass = (frame) => [frame], held.forEach((frame) => proxy.say(frame))), 2 * timeout);

  assert.ok((await snapshot).taken_at);
  assert.ok((await ping).server_time);
  assert.equal(held.filter((frame) => frame.payload.taken_at).length, 1);
  assert.deepEqual(states, ["connecting", "online"]);
});

test("a patch made while offline goes out as soon as the board is there", async () => {
  const client = server.client(OLENA, { backoff: NEVER });
  const board = client.subscribe(BOARD);
  const patched = board.patch([{ id: "early", version: 1 }]);

  await client.connect();

  assert.deepEqual((await patched).accepted, ["early"]);
});

test("a message posted while the server is away goes out as soon as it is back", async () => {
  const client = server.client(OLENA);
  await client.connect();
  await server.kill();
  const posted = client.post(LESSON, "Is anybody there?", "away", { backoff: NEVER });
  await until(() => client.state === "waiting");

  await server.start();

  assert.equal((await posted).client_id, "away");
});

test("messages posted while the server is away come in the order in which they were posted", async () => {
  const [olena, taras] = [server.client(OLENA), server.client(TARAS)];
  const heard = [];
  const chat = taras.subscribe(`chat:user:${TARAS}`);
  chat.on("chat.message.new", ({ text }) => heard.push(text));
  await Promise.all([olena.connect(), taras.connect(), chat.ready]); // without an ack, nothing is missed
  await server.kill();
  const texts = Array.from({ length: 8 }, (_, number) => `number ${number}`);
  const posts = texts.map((text) => olena.post(LESSON, text));

  await server.start();
  await Promise.all(posts);
  await until(() => heard.length === texts.length);

  assert.deepEqual(heard, texts);
});

test("a post waits for a token, and one that fails doesn't hold up the next", async () => {
  let isSignedIn = false;
  const token = () => { if (!isSignedIn) throw new Error("away"); return server.token(OLENA); };
  const client = server.client(OLENA, { token });

  await assert.rejects(client.http("GET", "/api/users/me/"), { code: "offline", message: "There is no token: away" });
  const posts = [client.post(LESSON, ""), client.post(LESSON, "Signed in.")];
  isSignedIn = true;

  await assert.rejects(posts[0], { code: "bad_request" });
  assert.equal((await posts[1]).text, "Signed in.");
});

test("what waits when the client is closed fails, and is never sent", async () => {
  const { client, board } = await drawing(OLENA);
  await server.kill();
  const waiting = [client.post(LESSON, "Too late.", "late"), board.patch([{ id: "late", version: 1 }]), board.snapshot()];
  await until(() => client.state === "waiting");
  client.close();

  const failed = await Promise.allSettled(waiting);
  assert.deepEqual(failed.map(({ reason }) => reason?.code), ["closed", "closed", "closed"]);
  await assert.rejects(client.post(LESSON, "Much too late."), { code: "closed" });

  await server.start();
  const { results } = await server.client(OLENA).http("GET", `/api/chat/history/?lesson_id=${LESSON}`);
  assert.ok(results.every((message) => message.client_id !== "late"));
});

test("what waits for a board that is taken away fails", async () => {
  const admin = server.client(ADMIN);
  const membership = `/api/lessons/${LESSON}/members/`;
  await admin.http("POST", membership, { user_id: JAMES, role: "student", state: "accepted" });
  const { board } = await drawing(JAMES);

  await admin.http("DELETE", `${membership}${JAMES}/`);

  await assert.rejects(async () => { for (;;) await board.snapshot(); }, { code: /closed|forbidden|not_subscribed/ });
  await assert.rejects(board.patch([{ id: "out", version: 1 }]), { code: "closed", message: `${BOARD}: removed` });
});

test("retry ends at once when it is aborted, and leaves nothing behind at the signal", async () => {
  const { signal } = new AbortController();
  let tries = 0;
  const late = async () => { if (++tries < 3) throw new CommandError({ code: "offline" }); };
  await retry(late, { signal, backoff: { base: 1, cap: 1 } });
  assert.equal(getEventListeners(signal, "abort").length, 0);

  const aborting = new AbortController();
  const failing = async () => { aborting.abort(new Error("enough")); throw new CommandError({ code: "offline" }); };
  await assert.rejects(retry(failing, { signal: aborting.signal, backoff: NEVER }), { message: "enough" });
});

test("a listener that is an async function, and fails, is reported", async () => {
  const errors = [];
  const client = server.client(TARAS, { onError: (error) => errors.push(error.message), onReload: async () => { throw new Error("a reload"); } });
  const board = client.subscribe(BOARD, { since: 1, epoch: "another" });
  board.on("subscribed", async () => { throw new Error("a listener"); });

  await client.connect();
  await until(() => errors.length === 2);

  assert.deepEqual(errors.sort(), ["a listener", "a reload"]);
});
