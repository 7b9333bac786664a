// A lesson's files: how they get to the server, and addresses that show them.

import { failure, type RetryOptions } from "./errors.js";
import type { LessonFile } from "./messages.js";
import type { Requests } from "./requests.js";

/** Where a file belongs, and who hears how far it is. */
export interface UploadOptions extends RetryOptions {
  lesson_id: number;
  for: "chat" | "board";
  /** What it is called; a `File` has a name of its own. */
  name?: string;
  onProgress?: (sent: number, total: number) => void;
}

interface Ticket {
  url: string;
  /** By the server's clock. */
  until: number;
}

interface Issued {
  tickets: Record<string, string>;
  expires_at: string;
}

const AT_ONCE = 100; // as many as one request takes
const UPLOADS = 3; // at once: more would each be slower, and none sooner there
const KEPT = 1000;
const SPARE = 0.25; // an address is given while so much of its time is left

export class Files {
  readonly #kept = new Map<string, Ticket>();
  #asked = new Map<string, Promise<string>>();
  #free = UPLOADS;
  readonly #waiting = new Set<() => void>();
  #batch: { ids: string[]; issued: Promise<Issued> } | undefined;

  /** `now` is the server's time, in milliseconds. */
  constructor(
    private readonly url: string,
    private readonly requests: Requests,
    private readonly now: () => number,
  ) {}

  async send(file: Blob, { lesson_id, name, onProgress, signal, ...where }: UploadOptions): Promise<LessonFile> {
    const called = name ?? (file as Partial<File>).name ?? "file";
    const query = new URLSearchParams({ lesson_id: String(lesson_id), name: called, for: where.for });
    await this.#turn(signal);
    try {
      return await this.requests.send<LessonFile>("POST", `/api/files/?${query}`, file, { onProgress, signal });
    } finally {
      const [next] = this.#waiting;
      if (next) next();
      else this.#free++;
    }
  }

  /** Wait until fewer are under way, or until it is given up. */
  #turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) return Promise.resolve(void this.#free--);
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(end);
        signal?.removeEventListener("abort", end);
        if (signal?.aborted) reject(signal.reason);
        else resolve();
      };
      this.#waiting.add(end);
      signal?.addEventListener("abort", end);
    });
  }

  /** Give an address that needs no header: one that was given before, or of a new ticket. */
  address(id: string): Promise<string> {
    const kept = this.#kept.get(id);
    if (kept && this.now() < kept.until) return Promise.resolve(kept.url);
    let asked = this.#asked.get(id);
    if (!asked) {
      asked = this.#ask(id).finally(() => this.#asked.delete(id));
      this.#asked.set(id, asked);
    }
    return asked;
  }

  async #ask(id: string): Promise<string> {
    const begun = this.now();
    const { tickets, expires_at } = await this.#gather(id);
    const ticket = tickets[id];
    if (!ticket) throw failure("not_found", "There is no such file, or none that you may see.");
    const url = `${this.url}/api/files/${id}/?ticket=${ticket}`;
    const end = Date.parse(expires_at);
    this.#kept.delete(id);
    this.#kept.set(id, { url, until: end - (end - begun) * SPARE });
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return url;
  }

  /** Ask once for all that is asked for at one moment, as by a page of pictures. */
  #gather(id: string): Promise<Issued> {
    if (!this.#batch || this.#batch.ids.length >= AT_ONCE) {
      const ids: string[] = [];
      this.#batch = { ids, issued: Promise.resolve().then(() => this.#issue(ids)) };
    }
    this.#batch!.ids.push(id);
    return this.#batch!.issued;
  }

  #issue(ids: string[]): Promise<Issued> {
    if (this.#batch?.ids === ids) this.#batch = undefined;
    return this.requests.send<Issued>("POST", "/api/files/tickets/", { ids });
  }
}
