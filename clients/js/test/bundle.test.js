// The one file for pages without a build is the client, whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as bundle from "../dist/bundle/client.js";
import * as modules from "../dist/index.js";
import { LESSON, OLENA, Server } from "./server.js";

test("the bundle exports what the modules do", () => {
  assert.deepEqual(Object.keys(bundle), Object.keys(modules));
});

test("the bundle's client draws", async (t) => {
  const server = await new Server().start();
  t.after(() => server.stop());
  const { WebSocket } = await import("ws");
  const client = new bundle.Client({ url: server.url, token: () => server.token(OLENA), WebSocket });
  server.clients.push(client);
  await client.connect();

  const { accepted } = await client.subscribe(`board:lesson:${LESSON}`).patch([{ id: "a", version: 1 }]);

  assert.deepEqual(accepted, ["a"]);
});
