// What the binding needs of Excalidraw, so that its parts run without a page.

import type { BoardElement } from "rtserver-client";

/** An element of Excalidraw, which counts its changes in place. */
export interface SceneElement extends BoardElement {
  index?: string | null;
}

/** What is under somebody's hands: Excalidraw changes these objects, and no others of their ids. */
export interface State {
  isLoading?: boolean;
  newElement?: { id: string } | null;
  resizingElement?: { id: string } | null;
  editingTextElement?: { id: string } | null;
  multiElement?: { id: string } | null;
}

/** Of `ExcalidrawImperativeAPI`. */
export interface Api {
  getSceneElementsIncludingDeleted(): readonly any[];
  getAppState(): State;
  updateScene(scene: { elements?: any; collaborators?: any; captureUpdate?: any }): void;
}

/** What `onPointerUpdate` of Excalidraw tells. */
export interface PointerUpdate {
  pointer: { x: number; y: number; tool: "pointer" | "laser" };
  button: "down" | "up";
}

/** A part of the board, in its units. */
export interface Viewport {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Cursor {
  id: string;
  username?: string;
  pointer: { x: number; y: number; tool: "pointer" | "laser" };
  button: "down" | "up";
}

/** Why an element isn't stored: the server's code, `too_large` first of all. */
export type Refusal = Error & { code: string };
