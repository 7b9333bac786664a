// The board as the server has it, and above it what was drawn here and isn't answered yet.

import type { BoardElement } from "rtserver-client";
import { swept, wins } from "./versions.js";

export class Copy {
  readonly #stored = new Map<string, BoardElement>();
  readonly #mine = new Map<string, BoardElement>();
  #revision = 0;

  /** What is stored of an element; a deleted one has no more than its version. */
  stored(id: string): BoardElement | undefined {
    return this.#stored.get(id);
  }

  /** What was drawn here of an element, and wins over what is stored. */
  mine(id: string): BoardElement | undefined {
    return this.#mine.get(id);
  }

  get unanswered(): BoardElement[] {
    return [...this.#mine.values()];
  }

  /** Another number whenever `unanswered` has changed. */
  get revision(): number {
    return this.#revision;
  }

  get ids(): string[] {
    return [...this.#stored.keys()];
  }

  /** Note what is drawn here; false where what is stored wins. */
  draw(element: BoardElement): boolean {
    const stored = this.#stored.get(element.id);
    if (stored && !wins(element, stored)) return false;
    this.#mine.set(element.id, element);
    this.#revision++;
    return true;
  }

  /** Give up what was drawn here of an element. */
  drop(id: string): void {
    if (this.#mine.delete(id)) this.#revision++;
  }

  /** Take what the server has stored; returns the ids of what has to be shown anew. */
  put(elements: readonly BoardElement[]): string[] {
    return elements.filter((element) => this.#put(element)).map(({ id }) => id);
  }

  /** A tutor cleared the board. */
  reset(): string[] {
    return this.put([...this.#stored.values()].filter(({ isDeleted }) => !isDeleted).map(swept));
  }

  /** A tutor replaced the board. */
  replace(elements: readonly BoardElement[]): string[] {
    const kept = new Set(elements.map(({ id }) => id));
    const left = [...this.#stored.values()].filter(({ id, isDeleted }) => !isDeleted && !kept.has(id));
    return this.put([...left.map(swept), ...elements]);
  }

  /** Begin anew from a snapshot; what it doesn't name is gone. */
  load(elements: readonly BoardElement[]): string[] {
    const before = this.ids;
    this.#stored.clear();
    this.put(elements);
    return [...new Set([...before, ...this.ids])].filter((id) => !this.#mine.has(id));
  }

  #put(element: BoardElement): boolean {
    const { id } = element;
    const stored = this.#stored.get(id);
    if (stored && wins(stored, element)) return false;
    this.#stored.set(id, element);
    const mine = this.#mine.get(id);
    if (mine && wins(mine, element)) return false;
    this.drop(id);
    return true;
  }
}
