// Puts Excalidraw's fonts beside the page: else it asks a CDN for them.

import { cpSync } from "node:fs";
import type { Plugin } from "vite";

/** Without Xiaolai, Chinese and Japanese, which is 13 of their 14 MB. */
export function fonts(from: string, to: string): Plugin {
  return {
    name: "fonts",
    apply: "build",
    closeBundle: () => cpSync(from, to, { recursive: true, filter: (path) => !path.includes("Xiaolai") }),
  };
}
