// The README's example is one for the compiler, with Excalidraw's own types.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const FLAGS = "--noEmit --strict --skipLibCheck --noUncheckedSideEffectImports false --jsx react-jsx --target es2022 --module esnext --moduleResolution bundler";

test("the README's example compiles", (t) => {
  const example = /```tsx\n(.*?)```/s.exec(readFileSync(here("../README.md"), "utf8"))[1];
  const file = here("../dist/readme.tsx");
  writeFileSync(file, example);
  t.after(() => rmSync(file));

  const run = () => execFileSync(here("../node_modules/.bin/tsc"), ["--ignoreConfig", ...FLAGS.split(" "), file], { encoding: "utf8" });

  assert.equal(run(), "");
});
