// The strokes that others are drawing just now: seen here, and part of no board.

import type { BoardEvents } from "rtserver-client";
import type { SceneElement } from "./types.js";

type Piece = BoardEvents["board.preview"];
type Point = [number, number];

interface Stroke {
  readonly looks: Record<string, unknown>;
  readonly points: Point[];
  pieces: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const KEPT = 5_000; // milliseconds after the last piece

export class Previews {
  readonly #all = new Map<string, Stroke>();

  /** `changed` is called with the id of what has to be shown anew. */
  constructor(private readonly changed: (id: string) => void) {}

  /** Take a piece; after one that was left out the stroke is dropped, and waits for its element. */
  take({ id, n, points, user_id: _, ...looks }: Piece): void {
    const stroke = n === 0 ? { looks, points: [], pieces: 0, timer: undefined } : this.#all.get(id);
    const isNext = stroke?.pieces === n && stroke.looks.type === "freedraw" && points.every(isPoint);
    if (!stroke || !isNext) return this.forget(id);
    clearTimeout(this.#all.get(id)?.timer);
    stroke.points.push(...points);
    stroke.pieces++;
    stroke.timer = setTimeout(() => this.forget(id), KEPT);
    this.#all.set(id, stroke);
    this.changed(id);
  }

  /** What to show of a stroke, where that is more than what is stored of it. */
  over(id: string, stored: SceneElement | undefined): SceneElement | undefined {
    const stroke = this.#all.get(id);
    if (!stroke) return undefined;
    const { points } = stroke;
    if (!stored) return { ...begun(id, stroke), ...size(points), points: [...points] };
    const isBehind = !stored.isDeleted && Array.isArray(stored.points) && stored.points.length < points.length;
    return isBehind ? { ...stored, ...LOCKED, ...size(points), points: [...points] } : undefined;
  }

  forget(id: string): void {
    clearTimeout(this.#all.get(id)?.timer);
    if (this.#all.delete(id)) this.changed(id);
  }

  clear(): void {
    for (const id of [...this.#all.keys()]) this.forget(id);
  }
}

// Nobody here can take it into their hands; and each state is one of the version 0, which every real one follows.
const LOCKED = { locked: true, simulatePressure: true, pressures: [] };

function begun(id: string, { looks, pieces }: Stroke): SceneElement {
  return { ...looks, ...LOCKED, id, version: 0, versionNonce: pieces } as SceneElement;
}

function isPoint(point: unknown): point is Point {
  return Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
}

function size(points: readonly Point[]): { width: number; height: number } {
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]!)) as [number[], number[]];
  return { width: span(xs), height: span(ys) };
}

const span = (values: number[]): number =>
  values.reduce((most, each) => Math.max(most, each), 0) - values.reduce((least, each) => Math.min(least, each), 0);
