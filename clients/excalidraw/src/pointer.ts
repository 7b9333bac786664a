// One's own pointer, told at a pace that others can follow.

import type { BoardChannel, Subscription } from "rtserver-client";
import type { PointerUpdate } from "./types.js";

const PACE = 50; // milliseconds
const round = (value: number): number => Math.round(value * 10) / 10;

export class Pointer {
  #last: PointerUpdate | undefined;
  #waits = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly board: Subscription<BoardChannel>) {}

  move(update: PointerUpdate): void {
    this.#last = update;
    if (this.#timer) return void (this.#waits = true);
    this.#tell();
    this.#timer = setTimeout(() => this.#next(), PACE);
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
    const where = { x: round(pointer.x), y: round(pointer.y), tool: pointer.tool, button, ...more };
    this.board.command("board.cursor.move", where).catch(() => {}); // the next one will do
  }
}
