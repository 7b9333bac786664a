// One's own pointer, told at a pace that others can follow.

import type { BoardChannel, Subscription } from "rtserver-client";
import type { PointerUpdate, Viewport } from "./types.js";

const PACE = 50; // milliseconds
const round = (value: number): number => Math.round(value * 10) / 10;

export class Pointer {
  #last: PointerUpdate | undefined;
  #waits = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly board: Subscription<BoardChannel>,
    private readonly viewport: () => Viewport | undefined = () => undefined,
  ) {}

  move(update: PointerUpdate): void {
    this.#last = update;
    if (this.#timer) return void (this.#waits = true);
    this.#tell();
    this.#timer = setTimeout(() => this.#next(), PACE);
  }

  /** Tell of what one sees, now that it has changed, or somebody has come. */
  look(): void {
    const seen = this.viewport();
    if (!seen) return;
    const middle = { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2, tool: "pointer" } as const;
    this.move(this.#last ?? { pointer: middle, button: "up" });
  }

  /** Take one's cursor away from the others' screens. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waits = false;
    if (this.#last) this.#tell({ gone: true });
    this.#last = undefined;
  }

  #next(): void {
    this.#timer = undefined;
    if (!this.#waits) return;
    this.#waits = false;
    this.move(this.#last!);
  }

  #tell(more: Record<string, unknown> = {}): void {
    const { pointer, button } = this.#last!;
    const seen = this.viewport();
    const viewport = seen && Object.fromEntries(Object.entries(seen).map(([name, value]) => [name, round(value)]));
    const where = { x: round(pointer.x), y: round(pointer.y), tool: pointer.tool, button, ...(viewport && { viewport }), ...more };
    this.board.notify("board.cursor.move", where);
  }
}
