// Few files instead of many: what a stage of the page needs, and the stages before it haven't brought, is one script.
// The page names them, so that a stage can be had before the script runs that asks for it (src/app/bring.ts).

import { fileURLToPath } from "node:url";
import type { HtmlTagDescriptor, Plugin, Rolldown } from "vite";

const src = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** The first modules of each stage, in the order in which a person comes through them. */
const STAGES: Record<string, string[]> = {
  early: [src("early.ts"), "\0rolldown/runtime.js"],
  start: [src("main.tsx")],
  client: [src("session/client.ts")],
  member: [src("app/MemberApp.tsx")],
  room: [src("room/RoomPage.tsx")],
  board: [src("room/board/BoardPane.tsx")],
};
const NAMED = ["client", "member", "room", "board"];
// It names all of the client, of which guests need little: who needs what is left to the bundler.
const CLIENT = /[\\/]clients[\\/]js[\\/]src[\\/]/;

type Look = Pick<Rolldown.PluginContext, "getModuleInfo">;
type Bundle = Rolldown.OutputBundle;

/** A script for each stage; what is loaded by itself is left to the bundler. */
export function groups(): Rolldown.CodeSplittingGroup[] {
  let known: Map<string, string> | undefined;
  const stageOf = (id: string, look: Look) => {
    known ??= assign(look);
    return known.get(id);
  };
  return Object.keys(STAGES).map((stage, n, { length }) => ({
    debugName: stage,
    name: (id, look) => (stageOf(id, look) === stage ? stage : null),
    priority: length - n, // what an earlier one has isn't taken along by a later one
  }));
}

function assign(look: Look): Map<string, string> {
  const known = new Map<string, string>();
  for (const [stage, firsts] of Object.entries(STAGES)) {
    const open = [...firsts];
    for (let id = open.pop(); id; id = open.pop()) {
      if (known.has(id) || CLIENT.test(id)) continue;
      known.set(id, stage);
      open.push(...(look.getModuleInfo(id)?.importedIds ?? []));
    }
  }
  return known;
}

// Read by Chromium: it compiles all of a script beside the main thread, rather than each function there when it is called.
const HINT = "//# allFunctionsCalledOnLoad";
const HINTED = new Set(["start", "client", "member", "room", "board"]);

/** Has the page name the files of the stages, besides those that come by themselves. */
export function stages(): Plugin {
  let base = "/";
  return {
    name: "stages",
    apply: "build",
    enforce: "post",
    configResolved: (config) => {
      base = config.base;
    },
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle }) => {
        const early = base + [...filesOf("early", bundle!)][0];
        if (!html.includes(`<script type="module" crossorigin src="${early}">`))
          throw new Error(`No script of ${early}`);
        const known = filesOf("start", bundle!);
        return NAMED.map((stage) => template(stage, known, bundle!, base));
      },
    },
    generateBundle: {
      order: "post", // it counts only in front of all else
      handler(_options, bundle) {
        for (const each of Object.values(bundle))
          if (each.type === "chunk" && HINTED.has(each.name)) each.code = `${HINT}\n${each.code}`;
      },
    },
  };
}

/** The links to a stage's files, which do nothing as long as they lie here. */
function template(stage: string, known: Set<string>, bundle: Bundle, base: string): HtmlTagDescriptor {
  const files = [...filesOf(stage, bundle)].filter((file) => !known.has(file));
  for (const file of files) known.add(file);
  const children = files.map((file): HtmlTagDescriptor => {
    const as = file.endsWith(".css") ? { rel: "preload", as: "style" } : { rel: "modulepreload" };
    return { tag: "link", attrs: { ...as, crossorigin: true, href: base + file } };
  });
  return { tag: "template", attrs: { "data-stage": stage }, children, injectTo: "head" };
}

function filesOf(stage: string, bundle: Bundle): Set<string> {
  const files = new Set<string>();
  const open = chunks(stage, bundle);
  for (const { fileName, imports, viteMetadata } of open) {
    if (files.has(fileName)) continue;
    for (const file of [fileName, ...(viteMetadata?.importedCss ?? [])]) files.add(file);
    for (const file of imports) open.push(bundle[file] as Rolldown.OutputChunk);
  }
  return files;
}

/** The script of a stage, and the small ones by which others name what they want of it. */
function chunks(stage: string, bundle: Bundle): Rolldown.OutputChunk[] {
  const all = Object.values(bundle).filter((each) => each.type === "chunk");
  const isOf = ({ name, facadeModuleId }: Rolldown.OutputChunk) =>
    name === stage || STAGES[stage]!.includes(facadeModuleId ?? "");
  return all.filter(isOf);
}
