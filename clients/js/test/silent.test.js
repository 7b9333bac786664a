// A server that takes requests and answers none.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Client } from "../dist/index.js";

test("a request that isn't answered ends in time, and may be repeated", async (t) => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.closeAllConnections() || server.close());
  const url = `http://127.0.0.1:${server.address().port}`;
  const client = new Client({ url, token: () => "token", timeout: 50 });

  const failed = await client.http("GET", "/api/users/me/").catch((error) => error);

  assert.equal(failed.code, "timeout");
  assert.equal(failed.temporary, true);
});
