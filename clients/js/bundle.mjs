// Puts the compiled modules, and their types, into one file each: a page needs no build then.
// A bundler would do the first, and none the second; our modules are simple enough for this.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const DIST = new URL("dist/", import.meta.url);
const FROM = /^(?:import|export)\b[^;]*?from "\.\/(\w+)\.js";\n/gms;
const DECLARED = /^export (?=(?:declare )?(?:abstract )?(?:async )?(?:class|const|function|interface|type) (\w+))/gm;
const TOP = /^(?:export )?(?:declare )?(?:async )?(?:class|const|let|function|interface|type) (\w+)/gm;
const { name, version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** The modules' names, each after those that it imports. */
function ordered(ending, module = "index", seen = new Set()) {
  if (!seen.has(module)) {
    for (const [, next] of read(module, ending).matchAll(FROM)) ordered(ending, next, seen);
    seen.add(module);
  }
  return [...seen];
}

function read(module, ending) {
  return readFileSync(new URL(`${module}.${ending}`, DIST), "utf8");
}

/** What index exports: names, and everything of the modules after a star. */
function exported(ending) {
  const lines = [...read("index", ending).matchAll(/^export (?:type )?(\*|\{[^}]*\}) from "\.\/(\w+)\.js";$/gm)];
  const names = lines.flatMap(([, what, module]) =>
    what === "*" ? [...read(module, ending).matchAll(DECLARED)].map(([, each]) => each) : what.slice(1, -1).split(","));
  return new Set(names.map((each) => each.trim()).filter(Boolean));
}

function bundle(ending) {
  const modules = ordered(ending).filter((module) => module !== "index");
  const names = exported(ending);
  const parts = modules.map((module) => read(module, ending).replace(FROM, "").replace(/^export \{\};\n/gm, ""));
  const text = parts.join("\n").replace(DECLARED, (word, each) => (names.has(each) ? word : ""));
  check(text, ending, names);
  return `// ${name} ${version}. SPDX-License-Identifier: MIT\n${text}${ending === "js" ? "" : "export {};\n"}`;
}

/** Stop where the text isn't one module: names that clash or are missing, imports that are left. */
function check(text, ending, names) {
  const found = [...text.matchAll(TOP)].map(([, each]) => each);
  const twice = found.filter((each, n) => found.indexOf(each) !== n);
  const missing = [...names].filter((each) => !found.includes(each));
  const left = text.match(/^import\b.*$|\bimport\(".*?"\)|^export \{.*$/gm) ?? [];
  if (twice.length || missing.length || left.length)
    throw new Error(`client.${ending}: names twice: ${twice}; missing: ${missing}; left: ${left}`);
}

mkdirSync(new URL("bundle/", DIST), { recursive: true });
for (const ending of ["js", "d.ts"]) writeFileSync(new URL(`bundle/client.${ending}`, DIST), bundle(ending));
