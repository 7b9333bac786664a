// The commands that wait for their ack or error.

import { CommandError, failure, type ErrorCode, type ErrorPayload } from "./errors.js";

interface Waiting {
  resolve(payload: unknown): void;
  reject(error: CommandError): void;
  onAck: ((payload: any) => void) | undefined;
  timer: ReturnType<typeof setTimeout>;
}

export class Answers {
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;

  nextId(): number {
    return ++this.#ids;
  }

  /** Wait for an answer; `onAck` is called before anything that follows the ack. */
  expect(id: number, type: string, timeout: number, onAck?: (payload: any) => void): Promise<any> {
    return new Promise((resolve, reject) => {
      const overdue = () => this.#waiting.delete(id) && reject(failure("timeout", `${type}: no answer in time.`));
      this.#waiting.set(id, { resolve, reject, onAck, timer: setTimeout(overdue, timeout) });
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
