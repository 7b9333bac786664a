import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, type Scheme, shades } from "../src/school/shades.ts";

const GROUND = { light: ["#faf9f5", "#ffffff"], dark: ["#202125", "#2a2c31"] };
const TEXT = { light: "#23252b", dark: "#eeece6" };
const LEAST = 4.5;

function everyColor(): string[] {
  const steps = ["00", "33", "66", "99", "cc", "ff"];
  return steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
}

for (const scheme of ["light", "dark"] as Scheme[])
  test(`any colour of a school can be read on, and read: ${scheme}`, () => {
    for (const color of everyColor()) {
      const { accent, onAccent, ink, wash } = shades(color, scheme);
      const pairs = [
        [onAccent, accent],
        [ink, wash],
        [TEXT[scheme], wash],
        ...GROUND[scheme].map((ground) => [ink, ground]),
      ];
      for (const [front, back] of pairs) assert.ok(contrast(front!, back!) >= LEAST, `${color}: ${front} on ${back}`);
    }
  });

test("a colour that needs no help stays", () => {
  assert.equal(shades("#1971c2", "light").accent, "#1971c2");
});

test("a bright colour is dimmed in the dark, and keeps its hue", () => {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(shades("#ffd43b", "dark").accent.slice(at, at + 2), 16));
  assert.ok(r! > g! && g! > 2.5 * b! && r! < 0xff);
});

test("what is no colour counts as the usual one", () => {
  assert.deepEqual(shades("red; x", "light"), shades("#1971c2", "light"));
});
