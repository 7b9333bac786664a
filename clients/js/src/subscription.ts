// One channel: its listeners, its position, and getting it back.

import type { Client } from "./client.js";
import { type CommandError, failure, Pauses, type RetryOptions } from "./errors.js";
import { positionOf, type Position, type SubscribeAck } from "./position.js";
import type {
  AckOf, BoardChannel, BoardCommands, BoardElement, Channel, ChannelEvent, EventsOf, Patched, SinceOf, Snapshot,
} from "./wire.js";

/** Where to begin: a position from HTTP, or one that was kept. */
export interface Start<C extends Channel> {
  since?: SinceOf<C>;
  epoch?: string;
}

/** `subscribed` comes with every ack, `unsubscribed` when the channel is taken away. */
interface Own<C extends Channel> {
  subscribed: AckOf<C>;
  unsubscribed: { reason: string };
}

export type Heard<C extends Channel, K> = K extends keyof Own<C>
  ? Own<C>[K]
  : K extends keyof EventsOf<C>
    ? EventsOf<C>[K]
    : unknown;

export type Listener<C extends Channel, K> = (payload: Heard<C, K>, event: ChannelEvent<Heard<C, K>>) => void;

type AnyListener = (payload: unknown, event: ChannelEvent) => void;

// Their acks stand for the events, which everybody else gets.
const CHANGES = new Set(["board.patch", "board.reset", "board.snapshot.send"]);

export class Subscription<C extends Channel = Channel> {
  /** Settled by the first ack, or by a refusal. */
  readonly ready: Promise<AckOf<C>>;
  /** The latest ack: one's own right, who is online, … */
  ack: AckOf<C> | undefined;
  epoch: string | undefined;

  readonly #listeners = new Map<string, Set<AnyListener>>();
  readonly #position: Position;
  readonly #pauses = new Pauses();
  #isLive = false;
  #ended: CommandError | undefined;
  #asking: object | undefined;
  #settle!: { resolve(ack: AckOf<C>): void; reject(error: Error): void };

  /** @internal */
  constructor(private readonly client: Client, readonly channel: C, start: Start<C>) {
    this.#position = positionOf(channel, () => client.welcome?.user.id, start.since);
    this.epoch = start.epoch;
    this.ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.ready.catch(() => {}); // whoever awaits it hears of it
  }

  /** Up to where everything was passed on; keep it with `epoch` to begin there later. */
  get position(): SinceOf<C> | undefined {
    return this.#position.since as SinceOf<C> | undefined;
  }

  /** Call a listener for every event of a type, each once; `*` hears all. Returns how to stop. */
  on<K extends (keyof EventsOf<C> & string) | keyof Own<C> | "*">(type: K, listener: Listener<C, K>): () => void {
    const listeners = this.#listeners.get(type) ?? new Set<AnyListener>();
    this.#listeners.set(type, listeners.add(listener as AnyListener));
    return () => void listeners.delete(listener as AnyListener);
  }

  unsubscribe(): Promise<void> {
    return this.client.unsubscribe(this.channel);
  }

  /** Send a board's command; it fails with `offline` while the board isn't subscribed to. */
  command<K extends keyof BoardCommands>(
    this: Subscription<BoardChannel>, type: K, payload: BoardCommands[K][0],
  ): Promise<BoardCommands[K][1]> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (!this.#isLive)
      return Promise.reject(failure("offline", `${this.channel} isn't subscribed to now.`));
    return this.client.request(type, payload, this.channel, (ack) => {
      if (CHANGES.has(type)) this.#changed(type, ack as Patched);
    });
  }

  /** Change elements; repeated until it is answered, which changes nothing twice. */
  patch(this: Subscription<BoardChannel>, elements: BoardElement[], options?: RetryOptions): Promise<Patched> {
    return this.client.retry(() => this.command("board.patch", { elements }), options, this.#pauses);
  }

  snapshot(this: Subscription<BoardChannel>): Promise<Snapshot> {
    return this.client.retry(() => this.command("board.snapshot.request", {}), {}, this.#pauses);
  }

  /** @internal Subscribe, or once more on this connection: after a gap, or `resync`. */
  ask(attempt = 0): void {
    const asking = (this.#asking = {});
    const since = this.#position.ask();
    const payload = since === undefined ? {} : { since, ...(this.epoch && { epoch: this.epoch }) };
    this.client
      .request("subscribe", payload, this.channel, (ack) => asking === this.#asking && this.#opened(ack as AckOf<C>))
      .catch((error: CommandError) => {
        if (asking !== this.#asking || ["disconnected", "offline", "closed"].includes(error.code)) return;
        if (!error.temporary) return this.client.forget(this.channel, error.code, error);
        const delay = (error.retry_after ?? 0) * 1000 + this.client.delay(attempt);
        setTimeout(() => asking === this.#asking && this.ask(attempt + 1), delay);
      });
  }

  /** @internal */
  take(event: ChannelEvent): void {
    if (this.#judge(event)) this.#tell(event.type, event.payload, event);
  }

  /** @internal The connection is lost. */
  lost(): void {
    this.#isLive = false;
    this.#asking = undefined;
  }

  /** @internal */
  end(reason: string, error?: Error): void {
    this.lost();
    this.#ended = failure("closed", `${this.channel}: ${reason}`);
    this.#settle.reject(error ?? this.#ended);
    this.#pauses.end();
    this.#tell("unsubscribed", { reason });
  }

  #opened(ack: AckOf<C>): void {
    this.#asking = undefined;
    this.#isLive = true;
    this.ack = ack;
    this.epoch = "epoch" in ack ? ack.epoch : undefined;
    const { reloads, again } = this.#position.opened(ack as SubscribeAck);
    this.#settle.resolve(ack);
    this.#pauses.end();
    this.#tell("subscribed", ack);
    for (const { reason, lessons } of reloads) this.client.reload(this.channel, reason, lessons);
    if (again) this.ask();
  }

  /** Count one's own change, of which no event comes. */
  #changed(type: string, { seq }: Pick<Patched, "seq">): void {
    if (seq !== null) this.#judge({ type, seq, payload: {} });
  }

  /** Tell whether an event is the next one; a gap is filled by subscribing once more. */
  #judge(event: Pick<ChannelEvent, "type" | "seq" | "payload">): boolean {
    const verdict = this.#position.judge(event);
    if (verdict === "gap" && this.#isLive && !this.#asking) this.ask();
    return verdict === "pass";
  }

  #tell(type: string, payload: unknown, event?: ChannelEvent): void {
    const told = event ?? { type, channel: this.channel, ts: new Date().toISOString(), payload };
    for (const listener of [...(this.#listeners.get(type) ?? []), ...(event ? (this.#listeners.get("*") ?? []) : [])])
      this.client.guard(() => listener(payload, told));
  }
}
