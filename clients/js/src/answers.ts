// The commands that wait for their ack or error.

import { CommandError, failure, type ErrorCode, type ErrorPayload } from "./errors.js";

interface Waiting {
  resolve(payload: unknown): void;
  reject(error: CommandError): void;
  onAck: ((payload: any) => void) | undefined;
  timer: ReturnType<typeof setTimeout>;
  end: number;
}

export class Answers {
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;
  #slowest = 0; // the id of what may wait longest

  /** How many answers are waited for. */
  get size(): number {
    return this.#waiting.size;
  }

  nextId(): number {
    return ++this.#ids;
  }

  /**
   * Wait for an answer; `onAck` is called before anything that follows the ack.
   * Answers come in order: what is asked behind something slow waits as long as that may.
   */
  expect(id: number, type: string, timeout: number, onAck?: (payload: any) => void): Promise<any> {
    const now = performance.now();
    const slowest = this.#waiting.get(this.#slowest)?.end ?? 0;
    const end = Math.max(now + timeout, slowest);
    if (end > slowest) this.#slowest = id;
    return new Promise((resolve, reject) => {
      const overdue = () => this.#waiting.delete(id) && reject(failure("timeout", `${type}: no answer in time.`));
      this.#waiting.set(id, { resolve, reject, onAck, end, timer: setTimeout(overdue, end - now) });
    });
  }

  take({ type, id, payload }: { type: string; id: number | null; payload: unknown }): void {
    const waiting = this.#waiting.get(id ?? 0);
    if (!waiting) return;
    this.#waiting.delete(id!);
    clearTimeout(waiting.timer);
    if (type === "error") return waiting.reject(new CommandError(payload as ErrorPayload));
    waiting.onAck?.(payload);
    waiting.resolve(payload);
  }

  /** Fail all that wait. */
  fail(code: ErrorCode, message: string): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, timer } of all) {
      clearTimeout(timer);
      reject(failure(code, message));
    }
  }
}
