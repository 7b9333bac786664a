// Squared paper under the canvas, which moves with it.

import type { Api } from "./excalidraw.ts";

const SQUARE = 24; // units of the board
const [FINEST, COARSEST] = [14, 60]; // pixels between two lines

/** How far apart the lines are, in pixels, at a zoom. */
export function squareAt(zoom: number): number {
  let square = SQUARE * zoom;
  while (square < FINEST) square *= 2;
  while (square > COARSEST) square /= 2;
  return square;
}

/** Keep the paper where the drawing is; returns how to stop. */
export function layPaper(api: Api, place: HTMLElement): () => void {
  const lay = (scrollX: number, scrollY: number, zoom: number) => {
    place.style.setProperty("--square", `${squareAt(zoom)}px`);
    place.style.setProperty("--paper-x", `${scrollX * zoom}px`);
    place.style.setProperty("--paper-y", `${scrollY * zoom}px`);
  };
  const { scrollX, scrollY, zoom } = api.getAppState();
  lay(scrollX, scrollY, zoom.value);
  return api.onScrollChange((x, y, { value }) => lay(x, y, value));
}
