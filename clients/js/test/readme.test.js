// The examples of the README and of docs/integrating.md, as they stand there.

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { WebSocket } from "ws";
import { OLENA, Server, TARAS, until } from "./server.js";

test("the README's example works", async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```js\n(.*?)```/s.exec(readme)[1].replace("https://school.example", server.url);
  const module = new URL("../dist/readme.mjs", import.meta.url);
  writeFileSync(module, `${example}\nexport { client };`);
  t.after(() => rmSync(module));
  const [logged, drawn] = [[], []];
  t.mock.method(console, "log", (...words) => logged.push(words.join(" ")));
  Object.assign(globalThis, {
    WebSocket, accessToken: () => server.token(TARAS), draw: (elements) => drawn.push(...elements),
  });

  server.clients.push((await import(module)).client);
  const olena = server.client(OLENA);
  const board = olena.subscribe("board:lesson:1");
  await Promise.all([olena.connect(), board.patch([{ id: "b", version: 1 }])]);
  await until(() => logged.length && drawn.length === 2);

  assert.deepEqual(logged, ["Тарас Бондар Hello!"]);
  assert.deepEqual(drawn.map((element) => element.id).sort(), ["a", "b"]);
});

test("the README's room shows who is there", async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /### A lesson's room.*?```js\n(.*?)```/s.exec(readme)[1];
  const [shown, client] = [[], server.client(OLENA)];
  await client.connect();
  const taras = server.client(TARAS);
  await Promise.all([taras.connect(), taras.room(1).ready]);
  const run = new Function("client", "show", `return (async () => { ${example} return room; })()`);

  const room = await run(client, (names) => shown.push(names));
  await until(() => room.state.hands.length);

  assert.deepEqual(shown[0], ["Тарас Бондар", "Олена Шевченко"]);
  assert.deepEqual(room.state.hands.map(({ user_id }) => user_id), [OLENA]);
});

test("the page of docs/integrating.md comes through while its platform gives no token", async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const page = readFileSync(new URL("../../../docs/integrating.md", import.meta.url), "utf8");
  const example = /## In your pages.*?```js\n(.*?)```/s.exec(page)[1]
    .replace("https://rt.school.example/client.js", "./bundle/client.js").replace("https://rt.school.example", server.url);
  const module = new URL("../dist/integrating.mjs", import.meta.url);
  writeFileSync(module, `${example}\nexport { client, user };`);
  t.after(() => rmSync(module));
  const answers = [new Response("<h1>Bad Gateway</h1>", { status: 502 }), new Response(server.token(TARAS))];
  const logged = [];
  t.mock.method(console, "log", (...words) => logged.push(words.join(" ")));
  t.mock.method(console, "error", () => {});
  const real = globalThis.fetch;
  t.mock.method(globalThis, "fetch", (url, ...more) => (url === "/realtime-token" ? answers.shift() : real(url, ...more)));
  Object.assign(globalThis, { WebSocket });

  const { client, user } = await import(module);
  server.clients.push(client);
  await client.subscribe(`chat:user:${TARAS}`).ready;
  await server.client(OLENA).post(1, "Can you hear me?");
  await until(() => logged.length);

  assert.deepEqual([user.id, logged], [TARAS, ["Олена Шевченко Can you hear me?"]]);
});
