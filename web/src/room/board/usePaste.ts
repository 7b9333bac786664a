import { useEffect, useRef } from "react";

const WRITTEN_IN = "input, textarea, select, [contenteditable=true]";

/**
 * Hear of files that are pasted onto a place, or where nothing has the focus; `take` says whether it took them.
 * Excalidraw, which hears of them behind this, would refuse pictures.
 */
export function usePaste(place: () => HTMLElement, take: (files: readonly File[]) => boolean): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const target = event.target as HTMLElement;
      const isHere = target === document.body || place().contains(target);
      if (!isHere || target.matches(WRITTEN_IN)) return;
      if (!latest.current([...(event.clipboardData?.files ?? [])])) return;
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener("paste", paste, true);
    return () => document.removeEventListener("paste", paste, true);
  }, [place]);
}
