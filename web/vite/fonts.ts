// Excalidraw's fonts lie beside the page, and it asks nobody else for them.

import { cpSync } from "node:fs";
import type { Plugin } from "vite";

const CDN = /`https:\/\/esm\.sh\/.*?\/dist\/prod\/`/;

/** Without Xiaolai, Chinese and Japanese, which is 13 of their 14 MB. */
export function fonts(from: string, to: string): Plugin {
  let base = "/";
  let isFound = false;
  return {
    name: "fonts",
    apply: "build",
    configResolved: (config) => {
      base = config.base;
    },
    // It names the CDN as the last place of each font, and browsers look at that even if they never go there.
    transform(code, id) {
      if (!id.includes("@excalidraw/excalidraw/") || !CDN.test(code)) return null;
      isFound = true;
      return { code: code.replace(CDN, `new URL(${JSON.stringify(base)}, location.origin)`), map: null };
    },
    buildEnd(error) {
      if (!error && !isFound) throw new Error("Excalidraw names its CDN otherwise than web/vite/fonts.ts expects.");
    },
    closeBundle: () => cpSync(from, to, { recursive: true, filter: (path) => !path.includes("Xiaolai") }),
  };
}
