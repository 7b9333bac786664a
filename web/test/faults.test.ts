import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faultOf } from "../src/pages/school/faults.ts";

// Where the server has its sentences about a file of people.
const SOURCES = ["accounts/user_table.py", "accounts/user_import.py", "input/text.py"];
const SAID = /(?:\.blame|Invalid\.at)\((?:[\w.]+, |"\w*", )+f?(["'])((?:(?!\1).)+)\1\)/g;
const LANGUAGES = ["en", "uk"];

/** The sentences, with a number for each gap of theirs. */
function sentences(): string[] {
  const read = (name: string) => readFileSync(join(process.cwd(), "..", "rtserver", name), "utf8");
  const said = SOURCES.flatMap((name) => [...read(name).matchAll(SAID)].map((found) => found[2]!));
  return said.map((text) => text.replace(/\{', '.join\(\w+\)\}/, "one, other").replace(/\{[^}]*\}/g, "7"));
}

test("each sentence that the server may say about a file has a text in each language", () => {
  const said = sentences().filter((text) => !text.startsWith("1 to ")); // of keys that programs make up
  const texts = LANGUAGES.map((each) =>
    JSON.parse(readFileSync(join(process.cwd(), "src/texts", each, "school.json"), "utf8")),
  );

  assert.ok(said.length >= 18, `${said.length}`);
  for (const sentence of said) {
    const fault = faultOf(sentence);
    assert.ok(fault, sentence);
    for (const each of texts) assert.ok(fault.key in each, `${sentence}: ${fault.key}`);
  }
});

test("what a sentence names is kept, and one that isn't known is none", () => {
  assert.deepEqual(faultOf("is in line 3 already"), { key: "fault.repeated", values: { line: "3" } });
  assert.deepEqual(faultOf("expected admin, tutor, student")?.values, { names: "admin, tutor, student" });
  assert.equal(faultOf("is a mystery"), undefined);
});
