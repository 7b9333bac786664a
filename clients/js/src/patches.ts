// The patches of a board that wait: merged by element, one frame under way at a time.

import { bytesOf, wins } from "./elements.js";
import type { CommandError } from "./errors.js";
import type { BoardElement, Patched } from "./wire.js";

/** What the queue needs of the board's channel. */
export interface Way {
  readonly isOpen: boolean;
  /** The bytes of a command, at most. */
  readonly limit: number;
  /** Why nothing may be sent, if so. */
  refusal(): CommandError | undefined;
  send(elements: BoardElement[]): Promise<Patched>;
  /** Milliseconds before the next attempt. */
  delay(attempt: number): number;
}

/** One call of `patch`: answered when all of its elements are. */
interface Call {
  ids: Set<string>;
  answer: Patched;
  resolve(answer: Patched): void;
  reject(error: unknown): void;
}

/** The latest version of an element, as text: a page may change its object meanwhile. */
interface Entry {
  element: Pick<BoardElement, "version" | "versionNonce">;
  text: string;
  bytes: number;
  calls: Set<Call>;
}

type Frame = Map<string, Entry>;

const MOST = 500; // elements of a patch, as the server takes it
const ENVELOPE = 256; // bytes for what stands around the elements
// The whole frame is refused for what one element may have: found by halving.
const DIVIDED: ReadonlySet<string> = new Set(["bad_request", "too_large", "limit_exceeded"]);

export class Patches {
  readonly #way: Way;
  readonly #waiting: Frame = new Map();
  readonly #pending = new Set<Promise<Patched>>();
  #underWay = 0;
  #most = MOST;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOverRate = false;
  #ended: CommandError | undefined;

  constructor(way: Way) {
    this.#way = way;
  }

  /** Have elements sent; settles as the acks say about their latest versions. */
  add(elements: readonly BoardElement[], signal?: AbortSignal): Promise<Patched> {
    if (!Array.isArray(elements)) return Promise.reject(new TypeError("elements: expected an array of them"));
    const refusal = this.#ended ?? this.#way.refusal();
    if (refusal || signal?.aborted) return Promise.reject(refusal ?? signal?.reason);
    const answer: Patched = { seq: null, accepted: [], rejected: [], current: [] };
    if (!elements.length) return Promise.resolve(answer);
    const done = this.#call(elements, answer, signal);
    this.#pending.add(done);
    this.pump();
    return done.finally(() => this.#pending.delete(done));
  }

  /** Wait until all that has been added is settled. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#pending]);
  }

  /** Send the next frame, if nothing is under way. */
  pump(): void {
    const refusal = this.#way.refusal();
    if (refusal) return this.#failAll(refusal);
    if (this.#underWay || this.#timer || !this.#waiting.size || !this.#way.isOpen) return;
    void this.#send(this.#next());
  }

  /** Try at once, now that the channel is there; but not over the rate. */
  wake(): void {
    if (!this.#isOverRate) this.#unhold();
    this.pump();
  }

  /** Send all that waits, without waiting for answers: nothing can be sent later. */
  drain(): void {
    while (this.#waiting.size && this.#way.isOpen) void this.#send(this.#next());
  }

  /** Fail what waits; what is under way is still answered. */
  end(error: CommandError): void {
    this.#ended = error;
    this.#unhold();
    this.#failAll(error);
  }

  #call(elements: readonly BoardElement[], answer: Patched, signal?: AbortSignal): Promise<Patched> {
    const ids = new Set(elements.map(({ id }) => id));
    let call: Call | undefined;
    const done = new Promise<Patched>((resolve, reject) => (call = { ids, answer, resolve, reject }));
    for (const element of elements) {
      const text = JSON.stringify(element);
      const { version, versionNonce = 0 } = element;
      this.#put(element.id, { element: { version, versionNonce }, text, bytes: bytesOf(text), calls: new Set([call!]) });
    }
    const abort = () => this.#fail(call!, signal!.reason);
    signal?.addEventListener("abort", abort);
    return done.finally(() => signal?.removeEventListener("abort", abort));
  }

  /** Merge an element into what waits. */
  #put(id: string, entry: Entry): void {
    const held = this.#waiting.get(id);
    const latest = held && !wins(entry.element, held.element) ? held : entry;
    const calls = new Set([...(held?.calls ?? []), ...entry.calls]);
    this.#waiting.set(id, { ...latest, calls });
  }

  /** Take as much as goes into one frame; one element in any case. */
  #next(): Frame {
    const frame: Frame = new Map();
    let room = this.#way.limit - ENVELOPE;
    for (const [id, entry] of this.#waiting) {
      room -= entry.bytes + 1;
      if (frame.size && (room < 0 || frame.size >= this.#most)) break;
      frame.set(id, entry);
      this.#waiting.delete(id);
    }
    return frame;
  }

  async #send(frame: Frame): Promise<void> {
    this.#underWay++;
    try {
      const answer = await this.#way.send([...frame.values()].map(({ text }) => JSON.parse(text) as BoardElement));
      this.#attempt = 0;
      this.#most = Math.min(MOST, this.#most * 2);
      this.#settle(frame, answer);
    } catch (error) {
      this.#refused(frame, error as CommandError);
    }
    this.#underWay--;
    this.pump();
  }

  #settle(frame: Frame, { seq, rejected, current }: Patched): void {
    const lost = new Set(rejected);
    const winners = new Map(current.map((element) => [element.id, element]));
    for (const [id, { calls }] of frame)
      for (const call of calls) {
        const winner = lost.has(id) ? winners.get(id) : undefined;
        (lost.has(id) ? call.answer.rejected : call.answer.accepted).push(id);
        if (winner) call.answer.current.push(winner);
        if (seq !== null) call.answer.seq = Math.max(seq, call.answer.seq ?? 0);
        call.ids.delete(id);
        if (!call.ids.size) call.resolve(call.answer);
      }
  }

  #refused(frame: Frame, error: CommandError): void {
    const isDivisible = frame.size > 1 && DIVIDED.has(error.code);
    if (this.#ended || !(error.temporary || isDivisible)) {
      this.#most = Math.min(MOST, this.#most * 2);
      for (const { calls } of frame.values()) for (const call of calls) this.#fail(call, error);
      return;
    }
    this.#putBack(frame);
    if (isDivisible) this.#most = Math.ceil(frame.size / 2);
    else this.#hold(error);
  }

  /** Let a frame wait again, before what came meanwhile. */
  #putBack(frame: Frame): void {
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, entry] of [...frame, ...later]) this.#put(id, entry);
  }

  /** Hold the whole queue, over the rate for as long as the server says. */
  #hold({ code, retry_after = 0 }: CommandError): void {
    this.#unhold();
    this.#isOverRate = code === "rate_limited";
    const release = () => (this.#unhold(), this.pump());
    this.#timer = setTimeout(release, retry_after * 1000 + this.#way.delay(this.#attempt++));
  }

  #unhold(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOverRate = false;
  }

  #failAll(error: CommandError): void {
    for (const { calls } of [...this.#waiting.values()]) for (const call of calls) this.#fail(call, error);
  }

  /** Fail a call, and drop what nobody else wants to have sent. */
  #fail(call: Call, error: unknown): void {
    for (const [id, { calls }] of [...this.#waiting])
      if (calls.delete(call) && !calls.size) this.#waiting.delete(id);
    call.reject(error);
  }
}
