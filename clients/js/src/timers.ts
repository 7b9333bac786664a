const LONGEST = 2 ** 31 - 1; // beyond which a timer fires at once

/** The timers of one connection, which end together. */
export class Timers {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  set(name: string, milliseconds: number, work: () => void): void {
    this.#timers.set(name, setTimeout(work, Math.min(milliseconds, LONGEST)));
  }

  clear(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
  }
}
