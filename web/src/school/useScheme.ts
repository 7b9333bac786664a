import { useSyncExternalStore } from "react";
import { currentScheme } from "./school.ts";
import type { Scheme } from "./shades.ts";

/** Light or dark, as the page is now. */
export function useScheme(): Scheme {
  return useSyncExternalStore(watch, currentScheme);
}

function watch(listener: () => void): () => void {
  const device = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(listener);
  device.addEventListener("change", listener);
  chosen.observe(document.documentElement, { attributeFilter: ["data-look"] });
  return () => {
    device.removeEventListener("change", listener);
    chosen.disconnect();
  };
}
