// The languages say the same things; every text is used, and every text that is used is there.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const SRC = join(process.cwd(), "src");
const LANGUAGES = ["en", "uk"];
const PLURAL = /_(zero|one|two|few|many|other)$/;
// The beginnings of keys that are put together of parts: `problem.${code}`.
const BUILT = [
  "problem.",
  "event.",
  "news.",
  "role.",
  "look.",
  "door.",
  "tool.",
  "colour.",
  "width.",
  "shape.",
  "outline.",
  "past.",
  "chat.mode.",
  "chat.failed.",
  "reaction.",
  "people.make.",
  "fault.",
];

function read(language: string): Record<string, string> {
  const folder = join(SRC, "texts", language);
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

const texts = Object.fromEntries(LANGUAGES.map((language) => [language, read(language)]));
const keys = (language: string) => new Set(Object.keys(texts[language]!).map((key) => key.replace(PLURAL, "")));
const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => readFileSync(join(SRC, name), "utf8"))
  .join("\n");

test("the languages have the same texts", () => {
  assert.deepEqual([...keys("uk")].sort(), [...keys("en")].sort());
});

test("each language has the forms of numbers that it needs", () => {
  for (const language of LANGUAGES) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = [
      ...new Set(
        Object.keys(texts[language]!)
          .filter((key) => PLURAL.test(key))
          .map((key) => key.replace(PLURAL, "")),
      ),
    ];
    for (const key of counted)
      for (const form of forms) assert.ok(`${key}_${form}` in texts[language]!, `${language}: ${key}_${form}`);
  }
});

test("a text has the same gaps in each language", () => {
  const gaps = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();
  for (const [key, text] of Object.entries(texts.en!))
    if (!PLURAL.test(key)) assert.deepEqual(gaps(texts.uk![key] ?? ""), gaps(text), key);
});

test("no text is empty", () => {
  for (const language of LANGUAGES)
    for (const [key, text] of Object.entries(texts[language]!)) assert.ok(text.trim(), `${language}: ${key}`);
});

test("every text is used", () => {
  const unused = [...keys("en")].filter(
    (key) => !sources.includes(`"${key}"`) && !BUILT.some((start) => key.startsWith(start)),
  );

  assert.deepEqual(unused, []);
});

test("every text that is used is there", () => {
  const used = [...sources.matchAll(/\bt\(\s*"([\w.]+)"/g)].map(([, key]) => key!);

  assert.deepEqual(
    used.filter((key) => !keys("en").has(key)),
    [],
  );
});

test("each file of texts is read", () => {
  for (const language of LANGUAGES) {
    const index = ["index.ts", "guest.ts"]
      .map((name) => readFileSync(join(SRC, "texts", language, name), "utf8"))
      .join();
    for (const name of readdirSync(join(SRC, "texts", language)))
      if (name.endsWith(".json")) assert.ok(index.includes(`"./${name}"`), `${language}/${name}`);
  }
});
