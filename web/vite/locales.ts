// Leaves out Excalidraw's languages that the page itself doesn't speak: 1 MB of them.

import type { Plugin } from "vite";

const OTHERS = /@excalidraw[\\/]excalidraw[\\/]dist[\\/]\w+[\\/]locales[\\/](?!en-|uk-UA-)/;

export function locales(): Plugin {
  return {
    name: "locales",
    apply: "build",
    load: { filter: { id: OTHERS }, handler: () => "export default {};" },
  };
}
