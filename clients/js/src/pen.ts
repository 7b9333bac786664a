// What is being drawn, handed on at a pace that others can follow.

import { wins } from "./elements.js";
import type { BoardElement } from "./wire.js";

export class Pen {
  readonly #drawn = new Map<string, BoardElement>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = -Infinity;

  constructor(private readonly interval: number, private readonly send: (elements: BoardElement[]) => void) {}

  /** Take elements as they are now; they are sent at once, or when the interval is over. */
  draw(elements: readonly BoardElement[]): void {
    for (const element of elements) {
      const held = this.#drawn.get(element.id);
      if (!held || !wins(held, element)) this.#drawn.set(element.id, element);
    }
    const wait = this.#last + this.interval - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Send now what waits for the interval to end. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#drawn.size) return;
    this.#last = performance.now();
    const elements = [...this.#drawn.values()];
    this.#drawn.clear();
    this.send(elements);
  }
}
