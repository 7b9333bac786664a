// What a client does while all is well.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { backoff, CommandError, retry } from "../dist/index.js";
import { ADMIN, JAMES, LESSON, OLENA, Server, TARAS, until } from "./server.js";

const server = new Server({ LIMITS_COMMANDS_PER_SECOND: 20, LIMITS_COMMANDS_BURST: 20 });
before(() => server.start());
after(() => server.stop());

async function chatting(user, options) {
  const client = server.client(user, options);
  const chat = client.subscribe(`chat:user:${user}`);
  const heard = [];
  chat.on("*", (payload, event) => heard.push(event));
  await client.connect();
  await chat.ready;
  return { client, chat, heard };
}

test("connect gives the welcome, and a message comes to everybody once", async () => {
  const olena = await chatting(OLENA);
  const taras = await chatting(TARAS);

  const posted = await olena.client.post(LESSON, "Good morning!");
  await until(() => olena.heard.length && taras.heard.length);

  assert.equal(taras.client.welcome.user.id, TARAS);
  assert.deepEqual(taras.heard.map((event) => event.payload), [posted]);
  assert.equal(taras.chat.position[LESSON], posted.seq);
});

test("the same client_id posts once", async () => {
  const { client } = await chatting(OLENA);

  const first = await client.post(LESSON, "Once.", "c-1");
  const again = await client.post(LESSON, "Once.", "c-1");

  assert.deepEqual(again, first);
});

test("a command is answered by its ack or by a CommandError", async () => {
  const { client, chat } = await chatting(OLENA);

  const seq = chat.position[LESSON];
  assert.deepEqual(await client.command("chat.read", { lesson_id: LESSON, seq }), { seq });
  await assert.rejects(client.command("chat.read", { lesson_id: 99, seq: 1 }), { code: "forbidden", temporary: false });
  await assert.rejects(client.http("GET", "/api/lessons/99/"), { code: "not_found" });
  await assert.rejects(client.command("chat.typing", { lesson_id: "x".repeat(262144) }), { code: "too_large" });
});

test("a channel that isn't ours is refused, and not asked for again", async () => {
  const client = server.client(OLENA);
  const chat = client.subscribe(`chat:user:${TARAS}`);
  const reasons = [];
  chat.on("unsubscribed", ({ reason }) => reasons.push(reason));
  await client.connect();

  await assert.rejects(chat.ready, { code: "forbidden" });
  assert.deepEqual(reasons, ["forbidden"]);
});

test("a board's change goes to the others, and its ack counts as its event", async () => {
  const [olena, taras] = [server.client(OLENA), server.client(TARAS)];
  const [hers, his] = [olena, taras].map((client) => client.subscribe(`board:lesson:${LESSON}`));
  const seqs = [];
  hers.on("*", (_, event) => seqs.push(event.seq));
  await Promise.all([olena.connect(), taras.connect(), hers.ready, his.ready]);

  await hers.patch([{ id: "a", version: 1 }]);
  await his.patch([{ id: "a", version: 2 }]);
  await until(() => seqs.length === 2);

  assert.deepEqual(seqs, [hers.position - 1, hers.position]);
  assert.deepEqual((await his.snapshot()).elements.map((each) => each.version), [2]);
  assert.equal(his.position, hers.position);
});

test("status names who is online", async () => {
  const client = server.client(JAMES);
  const status = client.subscribe("status:users");
  const online = [];
  status.on("user.online", ({ user_id }) => online.push(user_id));
  await client.connect();

  assert.ok((await status.ready).online_ids.includes(JAMES));
  await server.client(ADMIN).connect();
  await until(() => online.includes(ADMIN));
});

test("after unsubscribe nothing more comes, and a channel can be taken again", async () => {
  const { client, chat, heard } = await chatting(TARAS);

  await chat.unsubscribe();
  await client.post(LESSON, "Unheard.");
  await client.command("ping", {});
  const again = client.subscribe(`chat:user:${TARAS}`);

  assert.deepEqual(heard, []);
  assert.equal((await again.ready).positions[LESSON], again.position[LESSON]);
});

test("who is removed hears that the board is taken away", async () => {
  const [admin, olena, james] = [server.client(ADMIN), server.client(OLENA), server.client(JAMES)];
  const member = { user_id: JAMES, role: "student", state: "accepted" };
  await admin.http("POST", `/api/lessons/${LESSON}/members/`, member);
  const board = james.subscribe(`board:lesson:${LESSON}`);
  const reasons = [];
  board.on("unsubscribed", ({ reason }) => reasons.push(reason));
  await Promise.all([james.connect(), board.ready]);

  await olena.http("DELETE", `/api/lessons/${LESSON}/members/${JAMES}/`);
  await until(() => reasons.length);

  assert.deepEqual(reasons, ["removed"]);
  await assert.rejects(board.command("board.snapshot.request", {}), { code: "closed", message: /removed/ });
});

test("who may only look is refused without asking, and may draw again when that is told", async () => {
  const [olena, taras] = [server.client(OLENA), server.client(TARAS)];
  const allow = (board) => olena.http("PATCH", `/api/lessons/${LESSON}/members/${TARAS}/`, { board });
  const his = taras.subscribe(`board:lesson:${LESSON}`);
  const rights = [];
  his.on("board.rights", ({ board }) => rights.push([board, his.canDraw]));
  assert.equal(his.canDraw, false);
  await Promise.all([taras.connect(), his.ready]);
  assert.equal(his.canDraw, true);

  await allow("view");
  await until(() => rights.length === 1);
  await assert.rejects(his.patch([{ id: "refused", version: 1 }]), { code: "forbidden" });
  assert.throws(() => his.draw([{ id: "refused", version: 1 }]), { code: "forbidden" });
  const later = taras.subscribe(his.channel);
  await later.ready;
  assert.equal(later.canDraw, false);
  await allow("draw");
  await until(() => rights.length === 2);

  assert.deepEqual((await later.patch([{ id: "allowed", version: 1 }])).accepted, ["allowed"]);
  assert.deepEqual(rights, [["view", false], ["draw", true]]);
});

test("a path without a slash is told at once", async () => {
  await assert.rejects(server.client(OLENA).http("GET", "api/users/me/"), TypeError);
});

test("a listener that throws is reported, and the others still hear", async () => {
  const errors = [];
  const { client, chat } = await chatting(OLENA, { onError: (error) => errors.push(error.message) });
  const texts = [];
  chat.on("chat.message.new", () => { throw new Error("mine"); });
  chat.on("chat.message.new", ({ text }) => texts.push(text));

  await client.post(LESSON, "Still here.");
  await until(() => texts.length);

  assert.deepEqual([errors, texts], [["mine"], ["Still here."]]);
});

test("over the rate a command says when to repeat it, and retry does", async () => {
  const client = server.client(OLENA);
  await client.connect();

  const answers = await Promise.allSettled(Array.from({ length: 60 }, () => client.command("ping", {})));
  const refused = answers.filter((each) => each.status === "rejected").map((each) => each.reason);

  assert.ok(refused.length > 10);
  assert.ok(refused.every((error) => error.code === "rate_limited" && error.retry_after > 0));
  assert.ok((await retry(() => client.command("ping", {}))).server_time);
});

test("retry gives up at what isn't temporary, after the attempts, and at abort", async () => {
  let tries = 0;
  const long = { base: 1e6, cap: 1e6 }; // so that chance doesn't fit a second try in
  const failing = (code) => () => (tries++, Promise.reject(new CommandError({ code })));

  await assert.rejects(retry(failing("forbidden")), { code: "forbidden" });
  await assert.rejects(retry(failing("unavailable"), { attempts: 2 }), { code: "unavailable" });
  await assert.rejects(retry(failing("unavailable"), { signal: AbortSignal.timeout(20), backoff: long }), { name: "TimeoutError" });
  assert.equal(tries, 4);
});

test("back-off is random below a bound that doubles up to the cap", () => {
  for (const [attempt, bound] of [[0, 500], [3, 4000], [50, 30_000]]) {
    const delays = Array.from({ length: 1000 }, () => backoff(attempt));
    assert.ok(delays.every((delay) => delay >= 0 && delay < bound));
    assert.ok(Math.max(...delays) > bound * 0.9 && Math.min(...delays) < bound * 0.1);
  }
});

test("after close everything is refused", async () => {
  const { client, chat } = await chatting(OLENA);
  const ping = client.command("ping", {});

  client.close();

  await assert.rejects(ping, { code: "closed" });
  await assert.rejects(client.command("ping", {}), { code: "closed" });
  await assert.rejects(client.subscribe("status:users").ready, { code: "closed" });
  assert.equal(client.state, "closed");
  assert.ok(chat.position[LESSON]);
});

test("a file goes as it is, with its own type", async () => {
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const file = new Blob([Buffer.from(pixel, "base64")], { type: "image/png" });

  const { type, name } = await server.client(OLENA).http("POST", `/api/files/?lesson_id=${LESSON}&name=dot.png&for=chat`, file);

  assert.deepEqual([type, name], ["image/png", "dot.png"]);
});
