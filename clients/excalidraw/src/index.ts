import { CaptureUpdateAction, restoreElements } from "@excalidraw/excalidraw";
import type { BoardChannel, Subscription } from "rtserver-client";
import { Binding, type Editor } from "./binding.js";
import type { Options } from "./options.js";
import type { Api, SceneElement } from "./types.js";

export type { Binding } from "./binding.js";
export type { Options } from "./options.js";
export type { Api, PointerUpdate, Refusal, SceneElement, State, Viewport } from "./types.js";

const editor: Editor = { restore, never: CaptureUpdateAction.NEVER };

/** Join a scene of Excalidraw to a board; give it `onChange` and `onPointerUpdate` of what is returned. */
export function bind(api: Api, board: Subscription<BoardChannel>, options?: Options): Binding {
  return new Binding(api, board, editor, options);
}

/** What it leaves out, or can't read, isn't shown. */
function restore(element: SceneElement): SceneElement | undefined {
  try {
    const [restored] = restoreElements([element as any], null);
    const { version, versionNonce = 0, index } = element; // none stays none: its place follows from the others
    return restored && ({ ...restored, version, versionNonce, index } as SceneElement);
  } catch {
    return undefined;
  }
}
