// A stroke under the pen: its new points are shown to the others, and the element itself goes out seldom.

import type { BoardChannel, Preview, Subscription } from "rtserver-client";
import { outgoing } from "./outgoing.js";
import type { SceneElement } from "./types.js";

const PATCH_EVERY = 2_000; // milliseconds of a long stroke
// What shows a stroke beside its points, and where; the pressure of a real pen comes with the element.
const LOOKS = ["type", "index", "x", "y", "strokeColor", "strokeWidth", "opacity"] as const;

interface Stroke {
  readonly id: string;
  readonly preview: Preview;
  points: number; // how many were told
  isHeld: boolean; // it has changed since it went out
  due: number;
}

export class Pen {
  #stroke: Stroke | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `due` is called when an element that is held back has to go out. */
  constructor(private readonly board: Subscription<BoardChannel>, private readonly due: () => void) {}

  /** Of what has changed in a scene, give what has to go out now; `under` is the id of what is under the pen. */
  sift(elements: readonly SceneElement[], changed: readonly SceneElement[], under: string | undefined): SceneElement[] {
    const going = new Set(changed);
    const lifted = this.#stroke?.id === under ? undefined : this.lift();
    if (lifted) add(going, elements.find(({ id }) => id === lifted));
    const element = elements.find(({ id, type }) => id === under && type === "freedraw");
    if (!element) return [...going];
    const stroke = (this.#stroke ??= this.#begin(element));
    if (going.delete(element)) this.#tell(stroke, element.points as [number, number][]);
    if (stroke.isHeld && performance.now() >= stroke.due) going.add(this.#release(stroke, element));
    return [...going];
  }

  /** The pen is up: no more is told of what was under it. Returns the id of what was held back. */
  lift(): string | undefined {
    const stroke = this.#stroke;
    this.#stroke = undefined;
    clearTimeout(this.#timer);
    stroke?.preview.end();
    return stroke?.isHeld ? stroke.id : undefined;
  }

  #begin(element: SceneElement): Stroke {
    const rounded = outgoing(element);
    const preview = this.board.preview(element.id, Object.fromEntries(LOOKS.map((name) => [name, rounded[name]])));
    return { id: element.id, preview, points: 0, isHeld: false, due: performance.now() + PATCH_EVERY };
  }

  #tell(stroke: Stroke, points: [number, number][]): void {
    stroke.preview.add(points.slice(stroke.points));
    stroke.points = points.length;
    if (stroke.isHeld) return;
    stroke.isHeld = true;
    this.#timer = setTimeout(this.due, stroke.due - performance.now());
  }

  #release(stroke: Stroke, element: SceneElement): SceneElement {
    clearTimeout(this.#timer);
    stroke.isHeld = false;
    stroke.due = performance.now() + PATCH_EVERY;
    return element;
  }
}

function add<T>(all: Set<T>, one: T | undefined): void {
  if (one !== undefined) all.add(one);
}
