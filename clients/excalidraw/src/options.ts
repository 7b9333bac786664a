// What a page may tell the binding, and hear from it.

import type { BoardElement, Room } from "rtserver-client";
import type { Refusal, Viewport } from "./types.js";

export interface Options {
  /** The lesson's room: names for cursors, which go when their owners leave it. */
  room?: Room;
  /** The name beside somebody's cursor; asked at each of its moves. Else the room's. */
  name?: (userId: number) => string | undefined;
  /** Whether one may draw here, at first and at each change: for `viewModeEnabled`. */
  onCanDraw?: (canDraw: boolean) => void;
  /** The server doesn't keep an element: it stays on this screen alone, if its code is `too_large`. */
  onRefused?: (error: Refusal, element: BoardElement) => void;
  /** The board couldn't be loaded. */
  onError?: (error: unknown) => void;
  /**
   * What was drawn here and isn't answered yet, at each change of that: keep it over a reload, and give it
   * to Excalidraw as `initialData` then. What stays on this screen alone isn't among it.
   */
  onUnanswered?: (elements: BoardElement[]) => void;
  /** What one sees of the board, while others follow; it is told with one's cursor. */
  viewport?: () => Viewport | undefined;
  /** An element of more bytes isn't even sent; beside this the server's own limit holds (131 072). */
  elementBytes?: number;
  /** Seconds without a move after which a cursor is taken away (10). */
  cursorSeconds?: number;
}
