import { useSyncExternalStore } from "react";
import { type Api, type Look, lookOf } from "./excalidraw.ts";

/** What the first of the selected elements looks like; nothing while none is. */
export function useSelection(api: Api): Look | undefined {
  const known = useSyncExternalStore(api.onChange, () => JSON.stringify(lookOf(api) ?? null));
  return (JSON.parse(known) as Look | null) ?? undefined;
}
