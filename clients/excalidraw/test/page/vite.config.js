// Builds the page into test/page/dist, with the fonts beside it: else Excalidraw asks a CDN for them.

import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const FONTS = here("../../node_modules/@excalidraw/excalidraw/dist/prod/fonts");

export default {
  root: here("."),
  base: "./",
  resolve: { alias: { "@excalidraw/mermaid-to-excalidraw": here("none.js") } },
  define: { "process.env.IS_PREACT": '"false"' },
  build: { minify: false, reportCompressedSize: false, chunkSizeWarningLimit: 10_000 },
  plugins: [{
    name: "fonts",
    closeBundle: () => cpSync(FONTS, here("dist/fonts"), { recursive: true, filter: (path) => !path.includes("Xiaolai") }),
  }],
};
