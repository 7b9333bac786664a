// Builds the page into dist/; build.sh then puts it where the server has it, templates/page.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { again } from "./vite/again.ts";
import { fonts } from "./vite/fonts.ts";
import { locales } from "./vite/locales.ts";
import { pack } from "./vite/pack.ts";
import { groups, stages } from "./vite/stages.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Where `npm run dev` finds a server: make run.
const SERVER = process.env.RTSERVER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/page/",
  resolve: {
    alias: [
      { find: "rtserver-client", replacement: here("../clients/js/src/index.ts") },
      { find: "rtserver-excalidraw", replacement: here("../clients/excalidraw/src/index.ts") },
      { find: /^\.\/subset-(shared|worker)\.chunk\.js$/, replacement: here("stubs/subset/$1.js") },
      // For the binding, which lies outside of this folder.
      { find: /^@excalidraw\/excalidraw$/, replacement: here("node_modules/@excalidraw/excalidraw") },
    ],
    dedupe: ["react", "react-dom"],
  },
  define: { "process.env.IS_PREACT": '"false"' }, // which Excalidraw asks
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the policy of contents knows no data: scripts, and fonts are for the cache
    chunkSizeWarningLimit: 1_200, // the board
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: groups() } },
      // What libraries say to servers that render React, and how long plugins took.
      onLog: (level, log, handle) =>
        !["MODULE_LEVEL_DIRECTIVE", "PLUGIN_TIMINGS"].includes(log.code ?? "") && handle(level, log),
    },
  },
  server: { proxy: { "/api": SERVER, "/ws": { target: SERVER, ws: true } } },
  plugins: [
    again(),
    locales(),
    stages(),
    fonts(here("node_modules/@excalidraw/excalidraw/dist/prod/fonts"), here("dist/fonts")),
    pack(here("dist")),
  ],
});
