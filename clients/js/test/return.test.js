// How a client comes back: kills, expired tokens, gaps, and what can't be recovered.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { CommandError } from "../dist/index.js";
import { Proxy } from "./proxy.js";
import { ADMIN, JAMES, LESSON, OLENA, Server, TARAS, until } from "./server.js";

const server = new Server({ LIMITS_REPLAY: 60, PRESENCE_HEARTBEAT: 1 });
const proxy = new Proxy(server);
before(() => Promise.all([server.start(), proxy.start()]));
afterEach(() => server.leave());
after(() => (proxy.stop(), server.stop()));

const numbers = (from, to) => Array.from({ length: to - from }, (_, index) => from + 1 + index);

/** A client behind the proxy, and the seqs that one of its channels passes on. */
async function following(user, channel, options = {}) {
  const reloads = [];
  const onReload = (...what) => reloads.push(what);
  const client = server.client(user, { url: proxy.url, onReload, ...options });
  const subscription = client.subscribe(channel);
  const seqs = [];
  subscription.on("*", (_, { seq }) => seq && seqs.push(seq));
  await client.connect();
  const ack = await subscription.ready;
  return { client, subscription, seqs, reloads, start: ack.seq ?? ack.positions[LESSON] };
}

test("a server killed under load loses and doubles nothing", async () => {
  const writer = server.client(OLENA, { timeout: 2000 });
  const chat = server.client(TARAS);
  const subscription = chat.subscribe(`chat:user:${TARAS}`);
  const seen = [];
  subscription.on("chat.message.new", (message) => seen.push(message));
  await chat.connect();
  const start = (await subscription.ready).positions[LESSON];
  const posted = [];
  let isOver = false;
  const lanes = Array.from({ length: 3 }, async (_, lane) => {
    for (let n = 0; !isOver; n++) posted.push(await writer.post(LESSON, `${lane}-${n}`));
  });

  for (const awaited of [10, 20, 30]) {
    await until(() => posted.length > awaited);
    await server.kill();
    await server.start();
  }
  isOver = true;
  await Promise.all(lanes);
  const last = Math.max(...posted.map((message) => message.seq));
  await until(() => subscription.position[LESSON] === last, "all was heard");

  assert.deepEqual(seen.map((message) => message.seq), numbers(start, last));
  assert.deepEqual(new Set(posted.map((message) => message.id)), new Set(seen.map((message) => message.id)));
});

test("patches under way at a kill are repeated, and every copy ends the same", async () => {
  const [olena, taras] = [server.client(OLENA), server.client(TARAS)];
  const [hers, his] = [olena, taras].map((client) => client.subscribe(`board:lesson:${LESSON}`));
  const copy = new Set();
  const seqs = [];
  his.on("board.patch", ({ elements }, { seq }) => (seqs.push(seq), elements.forEach(({ id }) => copy.add(id))));
  await Promise.all([olena.connect(), taras.connect()]);
  const start = (await his.ready).seq;

  const drawn = [];
  const drawing = (async () => {
    for (const n of numbers(0, 30)) drawn.push((await hers.patch([{ id: `e${n}`, version: 1, versionNonce: n }])).accepted[0]);
  })();
  await until(() => drawn.length > 3);
  await server.kill();
  await server.start();
  await drawing;
  const { seq, elements } = await hers.snapshot();
  await until(() => his.position === seq);

  assert.equal(elements.length, 30);
  assert.deepEqual(copy, new Set(elements.map((element) => element.id)));
  assert.deepEqual(seqs, numbers(start, seq));
});

test("the token is refreshed on the open socket before it ends", async () => {
  const asked = [];
  const states = [];
  const client = server.client(TARAS, {
    token: (fresh) => (asked.push(fresh), server.token(TARAS, fresh ? 3600 : 3)),
    onState: (state) => states.push(state),
  });
  const { token_expires_at } = await client.connect();

  await until(() => asked.length > 1);
  await client.command("ping", {});

  assert.deepEqual(asked, [false, true]);
  assert.deepEqual(states, ["connecting", "online"]);
  assert.ok(Date.parse(token_expires_at) - Date.now() < 3000);
});

test("after 4001 it comes back with a fresh token", async () => {
  const codes = [];
  const client = server.client(TARAS, {
    token: (fresh) => server.token(TARAS, fresh ? 3600 : -60),
    onState: (state, { code }) => code && codes.push(code),
  });

  await client.connect();

  assert.deepEqual(codes, [4001]);
});

test("a token callback that fails is asked again", async () => {
  let tries = 0;
  const errors = [];
  const token = () => {
    if (++tries < 3) throw new Error("the platform is away");
    return server.token(TARAS);
  };
  await server.client(TARAS, { token, onError: (error) => errors.push(error.message) }).connect();

  assert.deepEqual(errors, Array(2).fill("the platform is away"));
});

test("what is no token is told, and asked for again", async () => {
  const given = [undefined, "", 7];
  const errors = [];
  await server.client(TARAS, {
    token: () => (given.length ? given.shift() : server.token(TARAS)), onError: (error) => errors.push(error.message),
  }).connect();

  const told = ["undefined", "an empty one", "number"];
  assert.deepEqual(errors, told.map((what) => `token: expected a string, an access token, not ${what}`));
});

for (const [what, refuse] of [
  ["null", () => null],
  ["the error unauthenticated", async () => { throw new CommandError("unauthenticated", "Your session is over."); }],
])
  test(`a token callback that gives ${what} ends the client for good`, async () => {
    const states = [];
    const onState = (state, { code, reason }) => states.push([state, code, reason]);
    const client = server.client(TARAS, { token: refuse, onState });
    const board = client.subscribe(`board:lesson:${LESSON}`);
    const patched = assert.rejects(board.patch([{ id: "never", version: 1 }]), { code: "closed" });

    await assert.rejects(client.connect(), { code: "closed", message: /4501 sign in again/ });
    await patched;

    assert.deepEqual(states, [["connecting", undefined, undefined], ["closed", 4501, "sign in again"]]);
    await assert.rejects(client.http("GET", "/api/users/me/"), { code: "unauthenticated" });
  });

test("signed out elsewhere while connected, the client ends when it asks for the next token", async () => {
  const states = [];
  const token = (fresh) => (fresh ? null : server.token(TARAS, 3));
  const client = server.client(TARAS, { token, onState: (state, { code }) => states.push([state, code]) });

  await client.connect();
  await until(() => client.state === "closed");

  assert.deepEqual(states.slice(1), [["online", undefined], ["closed", 4501]]);
});

test("after 4501 it stays away", async () => {
  const states = [];
  const client = server.client(TARAS, { token: () => "no.token.atall", onState: (state, { code }) => states.push([state, code]) });
  const chat = client.subscribe(`chat:user:${TARAS}`);

  await assert.rejects(client.connect(), { code: "closed", message: /4501/ });
  await assert.rejects(chat.ready, { code: "closed" });
  assert.deepEqual(states, [["connecting", undefined], ["closed", 4501]]);
});

test("who is deactivated while connected stays away", async () => {
  const admin = server.client(ADMIN);
  const client = server.client(JAMES);
  await client.connect();

  await admin.http("PATCH", `/api/users/${JAMES}/`, { is_active: false });
  await until(() => client.state === "closed");
});

test("a board's lost event is fetched, and everything comes once and in order", async () => {
  const { seqs, start } = await following(TARAS, `board:lesson:${LESSON}`);
  proxy.pass = (frame) => (frame.seq === start + 2 ? ((proxy.pass = (each) => [each]), []) : [frame]);

  const olena = server.client(OLENA);
  const board = olena.subscribe(`board:lesson:${LESSON}`);
  await Promise.all([olena.connect(), board.ready]);
  for (const n of numbers(0, 5)) await board.patch([{ id: `gap${n}`, version: 1 }]); // of one element a replay may bring the last alone
  await until(() => seqs.length >= 5);

  assert.deepEqual(seqs, numbers(start, start + 5));
});

test("one's own patch doesn't pass for a gap", async () => {
  const { client, subscription, start } = await following(TARAS, `board:lesson:${LESSON}`);
  const asked = [];
  subscription.on("subscribed", () => asked.push(1));

  for (const n of numbers(0, 3)) await subscription.patch([{ id: "own", version: n }]);
  await client.command("ping", {});

  assert.equal(subscription.position, start + 3);
  assert.deepEqual(asked, []);
});

test("at resync a chat fetches what it missed, and passes nothing on twice", async () => {
  const { seqs, start } = await following(TARAS, `chat:user:${TARAS}`);
  const hole = [start + 2, start + 3];
  proxy.pass = (frame) => {
    if (!hole.includes(frame.seq)) return [frame];
    if (frame.seq === hole[0]) return [];
    proxy.pass = (each) => [each];
    return [{ type: "resync", channel: `chat:user:${TARAS}` }];
  };

  const olena = server.client(OLENA);
  await Promise.all(numbers(0, 8).map((n) => olena.post(LESSON, `after the hole ${n}`)));
  await until(() => seqs.at(-1) === start + 8);

  assert.deepEqual(seqs, numbers(start, start + 8));
});

test("a cut in the middle of a replay loses and doubles nothing", async () => {
  const { client, seqs, start } = await following(TARAS, `chat:user:${TARAS}`);
  proxy.cut();
  await until(() => client.state !== "online");
  const olena = server.client(OLENA);
  let cuts = 0;
  proxy.pass = (frame) => (frame.seq > start + 4 && cuts++ < 2 ? (proxy.cut(), []) : [frame]);

  for (const n of numbers(0, 10)) await olena.post(LESSON, `while away ${n}`);
  await until(() => seqs.at(-1) === start + 10);
  proxy.pass = (frame) => [frame];

  assert.deepEqual(seqs, numbers(start, start + 10));
});

test("what can't be replayed is told to be reloaded, and the rest goes on from there", async () => {
  const { client, subscription, seqs, reloads } = await following(TARAS, `chat:user:${TARAS}`, { backoff: { base: 3000, cap: 3000 } });
  const olena = server.client(OLENA);
  proxy.cut();
  await until(() => client.state === "waiting");
  proxy.isFrozen = true;
  await Promise.all(numbers(0, 61).map((n) => olena.post(LESSON, `too many ${n}`)));
  proxy.isFrozen = false;
  proxy.cut();

  await until(() => reloads.length);
  const next = await olena.post(LESSON, "after the reload");
  await until(() => seqs.length);

  assert.deepEqual(reloads, [[`chat:user:${TARAS}`, "too_many", [LESSON]]]);
  assert.deepEqual(seqs, [next.seq]);
  assert.equal(subscription.position[LESSON], next.seq);
});

test("another epoch means that everything is to be reloaded", async () => {
  const reloads = [];
  const client = server.client(TARAS, { onReload: (...what) => reloads.push(what) });
  const board = client.subscribe(`board:lesson:${LESSON}`, { since: 1, epoch: "another" });
  await client.connect();

  assert.equal((await board.ready).recovered, false);
  assert.deepEqual(reloads, [[board.channel, "epoch", undefined]]);
  assert.equal(board.position, board.ack.seq);
  assert.equal(board.epoch, board.ack.epoch);
});

test("a lesson that was joined meanwhile is told after the return", async () => {
  const { client, reloads } = await following(TARAS, `chat:user:${TARAS}`);
  const olena = server.client(OLENA);
  proxy.isFrozen = true;
  const times = { starts_at: "2030-01-01T10:00:00Z", ends_at: "2030-01-01T11:00:00Z" };
  const members = [{ user_id: OLENA, role: "tutor", state: "accepted" }, { user_id: TARAS, role: "student", state: "accepted" }];
  const lesson = await server.client(ADMIN).http("POST", "/api/lessons/", { title: "New", ...times, members });
  await olena.post(lesson.id, "Welcome!");
  proxy.isFrozen = false;
  proxy.cut();

  await until(() => reloads.length);

  assert.deepEqual(reloads, [[`chat:user:${TARAS}`, "joined", [lesson.id]]]);
  assert.ok(client.welcome);
});

test("a network that is gone without a word is noticed, and left", async () => {
  const codes = [];
  const { client } = await following(TARAS, `chat:user:${TARAS}`, {
    timeout: 500, onState: (state, { reason }) => reason && codes.push(reason),
  });
  const before = proxy.connections;

  proxy.isFrozen = true;
  await until(() => codes.includes("no sign of life"));
  proxy.isFrozen = false;
  await until(() => client.state === "online");

  assert.ok(proxy.connections > before);
});
