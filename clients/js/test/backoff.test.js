// The waits are those of the option, whatever has to be repeated.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Client } from "../dist/index.js";

const NOW = "2026-11-23T10:00:00Z";
const WELCOME = {
  user: { id: 7 }, token_expires_at: "2026-11-23T11:00:00Z", server_time: NOW, heartbeat_interval: 30,
  limits: { message_bytes: 1000 },
};
const BUSY = { code: "unavailable", detail: "busy" };
const ACKS = {
  subscribe: { channel: "board:lesson:1", seq: 0, epoch: "e", board: "draw" },
  unsubscribe: { channel: "board:lesson:1" },
  "board.patch": { seq: null, accepted: ["a"], rejected: [], current: [] },
  "board.snapshot.request": { seq: 0, epoch: "e", elements: [], taken_at: NOW },
};

/** Refuses each kind of command once, as a server that is busy. */
class Busy {
  refused = new Set();

  constructor() {
    queueMicrotask(() => this.onopen());
  }

  send(text) {
    const { type, id } = JSON.parse(text);
    queueMicrotask(() => this.onmessage({ data: JSON.stringify(this.answer(type, id)) }));
  }

  answer(type, id) {
    if (type === "auth") return { type: "welcome", payload: WELCOME };
    if (this.refused.has(type)) return { type: "ack", id, payload: ACKS[type] };
    this.refused.add(type);
    return { type: "error", id, payload: BUSY };
  }

  close() {}
}

async function busy(t) {
  let requests = 0;
  const server = createServer((_, response) => {
    response.writeHead(requests++ ? 201 : 503, { "Content-Type": "application/json" });
    response.end(JSON.stringify(requests > 1 ? { id: 1 } : BUSY));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.mock.method(Math, "random", () => 0.99);
  const url = `http://127.0.0.1:${server.address().port}`;
  const client = new Client({ url, token: () => "token", WebSocket: Busy, backoff: { base: 1, cap: 1 } });
  t.after(() => (client.close(), server.closeAllConnections(), server.close()));
  await client.connect();
  return client;
}

const board = (client) => client.subscribe("board:lesson:1");

for (const [what, prepare, work] of [
  ["subscribing", () => {}, (client) => board(client).ready],
  ["unsubscribing", () => {}, (client) => client.unsubscribe("board:lesson:1")],
  ["a patch", (client) => board(client).ready, (client) => board(client).patch([{ id: "a", version: 1 }])],
  ["a snapshot", (client) => board(client).ready, (client) => board(client).snapshot()],
  ["a post", () => {}, (client) => client.post(1, "hello")],
]) {
  test(`${what} is repeated after the option's wait`, async (t) => {
    const client = await busy(t);
    await prepare(client);
    const timers = t.mock.method(globalThis, "setTimeout");

    await work(client);

    const waits = timers.mock.calls.map((call) => call.arguments[1]);
    assert.ok(waits.includes(0.99));
    assert.ok(!waits.includes(495)); // the default's
  });
}
