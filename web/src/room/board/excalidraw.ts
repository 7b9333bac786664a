// All that the page has of Excalidraw, besides the binding: what its API lacks is done here, and nowhere else.

import {
  CaptureUpdateAction,
  convertToExcalidrawElements,
  exportToBlob,
  exportToSvg,
  newElementWith,
  restoreElements,
} from "@excalidraw/excalidraw";
import type { ExcalidrawElement, FileId } from "@excalidraw/excalidraw/element/types";
import type { AppState, BinaryFileData, ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import type { BoardElement } from "rtserver-client";
import type { Frame } from "./viewport.ts";

export type { AppState, BinaryFileData, ExcalidrawElement, FileId };
export type Api = ExcalidrawImperativeAPI;

/** Turn to a tool, and what it draws like. */
export function take(api: Api, type: AppState["activeTool"]["type"], look: Partial<AppState>): void {
  api.updateScene({ appState: look as AppState });
  api.setActiveTool({ type } as Parameters<Api["setActiveTool"]>[0]);
}

export type Look = Pick<ExcalidrawElement, "strokeColor" | "strokeWidth" | "opacity">;

/** What the first of the selected elements looks like; nothing where none is, or a text is being written. */
export function lookOf(api: Api): Look | undefined {
  const { selectedElementIds, activeTool, editingTextElement } = api.getAppState();
  if (activeTool.type !== "selection" || editingTextElement) return undefined;
  const first = api.getSceneElements().find(({ id }) => selectedElementIds[id]);
  return first && { strokeColor: first.strokeColor, strokeWidth: first.strokeWidth, opacity: first.opacity };
}

/** Change what the selected elements look like, and the texts in them, to be undone like a stroke. */
export function change(api: Api, look: Partial<Look>): void {
  const { selectedElementIds } = api.getAppState();
  const isMeant = (element: ExcalidrawElement) =>
    selectedElementIds[element.id] || (element.type === "text" && selectedElementIds[element.containerId ?? ""]);
  const elements = api
    .getSceneElementsIncludingDeleted()
    .map((element) => (isMeant(element) && !element.isDeleted ? newElementWith(element, look) : element));
  api.updateScene({ elements, captureUpdate: CaptureUpdateAction.IMMEDIATELY });
}

/** Its API has no undo: its own buttons, which aren't shown, do it. */
export function press(place: HTMLElement, what: "undo" | "redo"): void {
  place.querySelector<HTMLButtonElement>(`[data-testid="button-${what}"]`)?.click();
}

/** Look at a part of the board. */
export function lookAt(api: Api, { scrollX, scrollY, zoom }: Frame): void {
  const appState = { scrollX, scrollY, zoom: { value: zoom } } as AppState;
  api.updateScene({ appState, captureUpdate: CaptureUpdateAction.NEVER });
}

/** Put a picture on the board, once, to be undone like a stroke. */
export function insert(
  api: Api,
  picture: { id: string; fileId: string; x: number; y: number; width: number; height: number },
): void {
  const before = api.getSceneElementsIncludingDeleted();
  if (before.some(({ id }) => id === picture.id)) return;
  const skeleton = { type: "image" as const, ...picture, fileId: picture.fileId as FileId };
  const made = convertToExcalidrawElements([skeleton], { regenerateIds: false });
  const placed = made.map((element) => ({ ...element, status: "saved", index: null }) as unknown as ExcalidrawElement);
  api.updateScene({ elements: [...before, ...placed], captureUpdate: CaptureUpdateAction.IMMEDIATELY });
}

/** Show what a board was, in an Excalidraw that nobody draws in. */
export function show(api: Api, elements: readonly BoardElement[]): void {
  api.updateScene({ elements: restore(elements), captureUpdate: CaptureUpdateAction.NEVER });
  api.scrollToContent(undefined, { fitToContent: true });
}

/** Make what was kept fit for `initialData`; of a deleted one nothing but its version is known. */
export function restore(elements: readonly BoardElement[]): ExcalidrawElement[] {
  const whole = elements.map((element) => (element.isDeleted ? { ...NOTHING, ...element } : element));
  return restoreElements(whole as unknown as ExcalidrawElement[], null) as ExcalidrawElement[];
}

const NOTHING = { type: "rectangle", x: 0, y: 0, width: 1, height: 1 };
const PADDING = 20;

/** The whole board on white paper, as a picture. */
export function pictureOf(api: Api): Promise<Blob> {
  return exportToBlob({ ...scene(api), mimeType: "image/png", exportPadding: PADDING, getDimensions: sharp });
}

export async function drawingOf(api: Api): Promise<Blob> {
  const svg = await exportToSvg({ ...scene(api), exportPadding: PADDING });
  return new Blob([svg.outerHTML], { type: "image/svg+xml" });
}

const MOST = 8_000; // pixels of a side, which every browser can draw

function sharp(width: number, height: number) {
  const scale = Math.min(2, MOST / Math.max(width, height));
  return { width: width * scale, height: height * scale, scale };
}

function scene(api: Api) {
  const appState = { exportBackground: true, viewBackgroundColor: "#ffffff", exportWithDarkMode: false };
  return { elements: api.getSceneElements(), files: api.getFiles(), appState: appState as Partial<AppState> };
}
