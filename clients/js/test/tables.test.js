// The README's tables name every option and every member, and nothing else, as the types have them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const README = read("README.md");

/** The members of an interface or a class, from its declarations. */
function members(file, name) {
  const body = new RegExp(`(?:interface|class) ${name}\\b[^\\n]*\\{\\n(.*?)\\n\\}`, "s").exec(read(`dist/${file}.d.ts`))[1];
  const found = [...body.matchAll(/^    (?:readonly |get )?(\w+)\??[<(:]/gm)].map(([, member]) => member);
  return [...new Set(found)].filter((member) => member !== "constructor").sort();
}

/** What stands in the first column of the table under a heading. */
function rows(heading) {
  const section = README.split(`\n${heading}\n`)[1];
  assert.ok(section, `the README has no ${heading}`);
  const table = /(?:^\|.*\n)+/m.exec(section)[0];
  return [...table.matchAll(/^\| `(?:new )?(?:\w+\.)?(\w+)/gm)].map(([, name]) => name).sort();
}

for (const [heading, file, name] of [
  ["## Connecting", "options", "Options"],
  ["### The client", "client", "Client"],
  ["### A subscription", "subscription", "Subscription"],
  ["### A room", "room", "Room"],
])
  test(`the table under "${heading}" is that of ${name}`, () => {
    assert.deepEqual([...new Set(rows(heading))], members(file, name));
  });

test('the table under "### Functions" has every function and class that is exported', () => {
  const exported = [...read("dist/index.d.ts").matchAll(/^export \{ (.*?) \}/gm)].flatMap(([, names]) => names.split(", "));

  assert.deepEqual(rows("### Functions"), exported.sort());
});

test("the default of every option that has one is named", () => {
  const source = read("src/options.ts").split("export interface Options {")[1];
  const row = (option) => README.split("\n").find((line) => line.startsWith(`| \`${option}\``));
  for (const [, defaults, option] of source.matchAll(/\(([\d ,]+)\)\. \*\/\n  (\w+)\?:/g))
    for (const value of defaults.split(", ")) assert.ok(row(option).includes(value), `${option}: ${value}`);
});
