// What is being drawn just now, told by its new points at a pace that others can follow.

import { bytesOf } from "./elements.js";
import type { BoardPreview } from "./wire.js";

const PACE = 50; // milliseconds between two pieces: faster ones cost more than they show
const PIECE = 4096; // bytes of one, as the server takes it

const round = (value: number): number => Math.round(value * 10) / 10;

export class Preview {
  readonly #waiting: [number, number][] = [];
  #fields: Record<string, unknown>;
  #pieces = 0;
  #isOver = false;
  #last = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @internal */
  constructor(
    private readonly id: string,
    fields: Record<string, unknown>,
    private readonly send: (piece: BoardPreview) => void,
  ) {
    this.#fields = fields;
  }

  /** Tell of new points, rounded to 0.1; they go out at once, or when the last ones were long enough ago. */
  add(points: readonly (readonly [number, number])[]): void {
    if (this.#isOver) return;
    for (const [x, y] of points) this.#waiting.push([round(x), round(y)]);
    this.#next();
  }

  /** Nothing more is told: the element itself goes out now, with all its points. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.#timer || !this.#waiting.length) return;
    const wait = this.#last + PACE - performance.now();
    if (wait <= 0) this.#tell();
    if (!this.#waiting.length) return;
    this.#timer = setTimeout(() => ((this.#timer = undefined), this.#next()), wait > 0 ? wait : PACE);
  }

  #tell(): void {
    this.#last = performance.now();
    const piece = { ...this.#fields, id: this.id, n: this.#pieces++ };
    this.#fields = {}; // the first piece has them; who misses that one shows none of the others
    this.send({ ...piece, points: this.#take(PIECE - bytesOf(JSON.stringify({ ...piece, points: [] }))) });
  }

  /** As many points as go into so many bytes. */
  #take(room: number): [number, number][] {
    let count = 0;
    for (const point of this.#waiting) {
      room -= JSON.stringify(point).length + 1;
      if (room < 0) break;
      count++;
    }
    return this.#waiting.splice(0, Math.max(count, 1));
  }
}
