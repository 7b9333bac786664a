// Looks for signs of life: nobody tells of a network that is gone.

import type { Timers } from "./timers.js";

export class Watch {
  #heard = false;

  constructor(
    private readonly timers: Timers,
    private readonly ping: () => Promise<unknown>,
    private readonly lost: () => void,
  ) {}

  /** Something came. */
  hear(): void {
    this.#heard = true;
  }

  /** Ask, when nothing was heard for `interval` milliseconds, as long as it is the same connection. */
  start(interval: number, isSame: () => boolean): void {
    this.timers.set("watch", interval, async () => {
      if (!this.#heard) await this.ping().catch(() => {});
      if (!isSame()) return;
      if (!this.#heard) return this.lost();
      this.#heard = false;
      this.start(interval, isSame);
    });
  }
}
