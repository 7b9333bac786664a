// The modules stand in layers: none imports, by however many steps, what imports it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const SOURCES = new URL("../src/", import.meta.url);
const IMPORT = /^(?:import|export)\b[^;]*?from "\.\/(\w+)\.js"/gms;

const imports = new Map(
  readdirSync(SOURCES).map((file) => {
    const found = readFileSync(new URL(file, SOURCES), "utf8").matchAll(IMPORT);
    return [file.replace(".ts", ""), new Set([...found].map(([, name]) => name))];
  }),
);

function reached(name, seen = new Set()) {
  for (const next of imports.get(name)) if (!seen.has(next)) reached(next, seen.add(next));
  return seen;
}

test("no module imports itself, not by others nor by types alone", () => {
  assert.ok(reached("index").has("wire"));
  assert.deepEqual([...imports.keys()].filter((name) => reached(name).has(name)), []);
});

test("every module is part of the client", () => {
  assert.deepEqual([...reached("index"), "index"].sort(), [...imports.keys()].sort());
});
