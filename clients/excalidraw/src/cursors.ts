// Where the others point; who leaves, or doesn't move for some time, is taken away.

import type { Cursor } from "./types.js";

export interface Move {
  user_id: number;
  x: number;
  y: number;
  [field: string]: unknown;
}

export class Cursors {
  readonly #all = new Map<string, Cursor>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly seconds: number,
    private readonly name: (userId: number) => string | undefined,
    private readonly changed: () => void,
  ) {}

  /** As Excalidraw takes them; a new map each time, for it to see the change. */
  get all(): Map<string, Cursor> {
    return new Map(this.#all);
  }

  move({ user_id, x, y, tool, button, gone }: Move): void {
    if (gone || !Number.isFinite(x) || !Number.isFinite(y)) return this.forget(user_id);
    const id = String(user_id);
    const username = this.name(user_id);
    this.#all.set(id, {
      id,
      ...(username !== undefined && { username }),
      pointer: { x, y, tool: tool === "laser" ? "laser" : "pointer" },
      button: button === "down" ? "down" : "up",
    });
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.forget(user_id), this.seconds * 1000));
    this.changed();
  }

  forget(userId: number): void {
    const id = String(userId);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.#all.delete(id)) this.changed();
  }

  clear(): void {
    for (const id of this.#all.keys()) this.forget(Number(id));
  }
}
