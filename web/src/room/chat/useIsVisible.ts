import { useSyncExternalStore } from "react";

/** Whether the window can be seen at all. */
export function useIsVisible(): boolean {
  return useSyncExternalStore(watch, () => document.visibilityState === "visible");
}

function watch(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
