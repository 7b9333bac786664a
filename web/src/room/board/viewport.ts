// What of the board is on a screen, and how to have another screen show the same.

import type { Viewport } from "rtserver-excalidraw";

/** As Excalidraw counts: where the board's origin lies, and how large a unit is. */
export interface Frame {
  scrollX: number;
  scrollY: number;
  zoom: number;
}

interface Size {
  width: number;
  height: number;
}

const [LEAST, MOST] = [0.1, 30]; // of Excalidraw's zoom

export function viewportOf({ scrollX, scrollY, zoom, width, height }: Frame & Size): Viewport {
  return { x: -scrollX, y: -scrollY, width: width / zoom, height: height / zoom };
}

/** All of a part of the board, in the middle of a screen of another size. */
export function frameFor(seen: Viewport, { width, height }: Size): Frame {
  const fit = Math.min(width / seen.width, height / seen.height);
  const zoom = Math.min(MOST, Math.max(LEAST, Math.round(fit * 1_000) / 1_000)); // nobody sees less, and all stays sharp
  return {
    zoom,
    scrollX: (width / zoom - seen.width) / 2 - seen.x,
    scrollY: (height / zoom - seen.height) / 2 - seen.y,
  };
}

/** What came over the wire, if it can be looked at. */
export function asViewport(given: unknown): Viewport | undefined {
  const { x, y, width, height } = (given ?? {}) as Partial<Viewport>;
  const isWhole = [x, y, width, height].every((value) => typeof value === "number" && Number.isFinite(value));
  return isWhole && width! > 0 && height! > 0 ? (given as Viewport) : undefined;
}
