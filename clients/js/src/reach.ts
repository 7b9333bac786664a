// Why nothing came back: a browser tells its page only that a request failed.

import { type CommandError, failure } from "./errors.js";

const AGAIN = 30_000; // milliseconds for which an answer holds
const PROBE_TIME = 3_000; // milliseconds

export class Reach {
  #asked = -Infinity;
  #isExplained = false;
  #why: Promise<string | undefined> = Promise.resolve(undefined);

  constructor(private readonly url: string) {}

  /** Find out why a request failed, as well as a page may; nothing where it can't be told. */
  why(): Promise<string | undefined> {
    const page: string | undefined = globalThis.origin; // of browsers only
    if (!page || page === new URL(this.url).origin) return Promise.resolve(undefined);
    const now = performance.now();
    if (now - this.#asked > AGAIN) {
      this.#asked = now;
      this.#why = this.#find(page);
    }
    return this.#why;
  }

  /** Report, once, why a page can't get through. */
  async explain(report: (error: CommandError) => void): Promise<void> {
    const why = this.#isExplained ? undefined : await this.why();
    if (!why || this.#isExplained) return;
    this.#isExplained = true;
    report(failure("disconnected", why));
  }

  async #find(page: string): Promise<string | undefined> {
    if (await this.#answers("/api/", "cors")) return undefined; // by now it lets this page in
    if (!(await this.#answers("/healthz", "no-cors"))) return undefined;
    return `${this.url} answers, but not to pages of ${page}: is that in the server's setting server.allowed_origins?`;
  }

  /** An answer in `no-cors` can't be read, but it came. */
  async #answers(path: string, mode: RequestMode): Promise<boolean> {
    const signal = AbortSignal.timeout(PROBE_TIME);
    return fetch(this.url + path, { mode, signal, cache: "no-store" }).then(() => true, () => false);
  }
}
