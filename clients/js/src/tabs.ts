// What the tabs of one login tell each other: a duplicated tab has a storage of its own.

import type { Kept } from "./login.js";

const PATIENCE = 150; // milliseconds for another tab to answer
const TURN = 5_000; // and for one that is refreshing just now

/** A later record; or the question for one, by somebody who is going to refresh. */
type Word = { kept: Kept } | { login: string; turn: number; bid: number };

export class Tabs {
  readonly #channel: BroadcastChannel | undefined;
  #bid = Infinity; // while asking; of two at once the lower one goes first
  #busyUntil = 0; // somebody else is first

  /** `own` gives the newest record here; `onLater` is handed a later one. */
  constructor(name: string, private readonly own: () => Kept | undefined, private readonly onLater: (kept: Kept) => void) {
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => this.#hear(data as Word);
    (this.#channel as { unref?(): void }).unref?.(); // or Node.js would never end
  }

  /** Tell the others of a refresh. */
  tell(kept: Kept): void {
    this.#channel?.postMessage({ kept } satisfies Word);
  }

  /** Ask whether somebody has a later record, and wait while somebody else is fetching one. */
  async ask({ login, turn }: Kept): Promise<void> {
    if (!this.#channel) return;
    const end = performance.now() + PATIENCE;
    if (this.#busyUntil < performance.now()) {
      this.#bid = Math.random();
      this.#channel.postMessage({ login, turn, bid: this.#bid } satisfies Word);
    }
    while (performance.now() < Math.max(end, this.#busyUntil) && this.own()?.turn === turn)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#bid = Infinity;
  }

  close(): void {
    this.#channel?.close();
  }

  #hear(word: Word): void {
    const own = this.own();
    if (own?.login !== ("kept" in word ? word.kept.login : word.login)) return;
    if ("kept" in word) {
      this.#busyUntil = 0;
      if (word.kept.turn > own.turn) this.onLater(word.kept);
    } else if (word.turn < own.turn) this.tell(own);
    else if (this.#bid === Infinity || word.bid < this.#bid) this.#busyUntil = performance.now() + TURN;
  }
}
