// Packs each file once, here, so that the server never does: x.js.br and x.js.gz beside x.js.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const PACKED = /\.(html|m?js|css|json|svg|txt|webmanifest|wasm)$/;
const LEAST = 1_000; // below, headers outweigh what is won

export function pack(folder: string): Plugin {
  return {
    name: "pack",
    apply: "build",
    enforce: "post",
    closeBundle: { order: "post", sequential: true, handler: () => packAll(folder) },
  };
}

function packAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !PACKED.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const plain = readFileSync(path);
    if (plain.length < LEAST) continue;
    writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
    writeFileSync(`${path}.br`, brotliCompressSync(plain, { params }));
  }
}
