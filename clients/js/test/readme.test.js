// The example of the README, as it stands there.

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
  await until(() => logged.length && drawn.length);

  assert.deepEqual(logged, ["Тарас Бондар Hello!"]);
  assert.deepEqual(drawn.map((element) => element.id), ["b"]);
});
