// What the others are drawing just now, put together from its pieces: seen here, and part of no board.

import type { BoardEvents } from "./wire.js";

type Piece = BoardEvents["board.preview"];
type Point = readonly [number, number];

/** As much of a stroke as has come. */
export interface Stroke {
  /** What its first piece told of its looks. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly points: readonly Point[];
  /** Of how many pieces they are. */
  readonly pieces: number;
}

const REMEMBERED = 5_000; // milliseconds after the last piece

export class Strokes {
  readonly #all = new Map<string, Stroke>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #stop: () => void;

  /** @internal */
  constructor(listen: (take: (piece: Piece) => void) => () => void, private readonly changed: (id: string) => void) {
    this.#stop = listen((piece) => this.#take(piece));
  }

  /** The stroke of an element's id, until it is forgotten. */
  get(id: string): Stroke | undefined {
    return this.#all.get(id);
  }

  /** Follow nobody's strokes any more, and forget those that are known. */
  end(): void {
    this.#stop();
    for (const id of [...this.#all.keys()]) this.#forget(id);
  }

  /** Take a piece; after one that was left out the stroke is dropped, and waits for its element. */
  #take({ id, n, points, user_id: _, ...fields }: Piece): void {
    const known = n === 0 ? { fields, points: [], pieces: 0 } : this.#all.get(id);
    if (known?.pieces !== n || !points.every(isPoint)) return this.#forget(id);
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.#forget(id), REMEMBERED));
    this.#all.set(id, { fields: known.fields, points: [...known.points, ...points], pieces: n + 1 });
    this.changed(id);
  }

  #forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.#all.delete(id)) this.changed(id);
  }
}

function isPoint(point: unknown): point is Point {
  return Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
}
