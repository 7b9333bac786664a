import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const MOST = 300;

test("no file grows beyond what one can hold in one's head", () => {
  const long = ["src", "test", "vite"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(tsx?|css)$/.test(name) && name !== join("api", "schema.d.ts"))
      .filter((name) => readFileSync(join(folder, name), "utf8").split("\n").length > MOST),
  );

  assert.deepEqual(long, []);
});
