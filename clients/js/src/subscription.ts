// What one part of a page hears of a channel, and does to it.

import { failure, type CommandError } from "./errors.js";
import type { Feed } from "./feed.js";
import type { PatchOptions, Start } from "./options.js";
import { positionOf, type Position } from "./position.js";
import { Preview } from "./preview.js";
import { Strokes } from "./strokes.js";
import type {
  AckOf, BoardChannel, BoardElement, Channel, ChannelEvent, CommandsOf, EventsOf, Patched, ReadEvents, SinceOf, Snapshot,
} from "./wire.js";

/** `subscribed` comes with every ack, `unsubscribed` when the channel is taken away. */
interface Own<C extends Channel> {
  subscribed: AckOf<C>;
  unsubscribed: { reason: string };
}

export type Heard<C extends Channel, K> = K extends keyof Own<C>
  ? Own<C>[K]
  : K extends keyof ReadEvents
    ? ReadEvents[K]
    : K extends keyof EventsOf<C>
      ? EventsOf<C>[K]
      : unknown;

type Sent<C extends Channel, K extends keyof CommandsOf<C>> = CommandsOf<C>[K] extends [infer Payload, unknown] ? Payload : never;
type Answer<C extends Channel, K extends keyof CommandsOf<C>> = CommandsOf<C>[K] extends [unknown, infer Ack] ? Ack : never;

export type Listener<C extends Channel, K> = (payload: Heard<C, K>, event: ChannelEvent<Heard<C, K>>) => void;

type AnyListener = (payload: unknown, event: ChannelEvent) => void;

export class Subscription<C extends Channel = Channel> {
  /** Settled by the first ack, or by a refusal. */
  readonly ready: Promise<AckOf<C>>;

  /** @internal */
  readonly stream: Position;
  readonly #feed: Feed<C>;
  readonly #listeners = new Map<string, Set<AnyListener>>();
  #ended: CommandError | undefined;
  #settle!: { resolve(ack: AckOf<C>): void; reject(error: Error): void };

  /** @internal */
  constructor(feed: Feed<C>, start: Start<C>) {
    this.#feed = feed;
    this.stream = positionOf(feed.channel, () => feed.link.welcome?.user.id, start.since);
    this.ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.ready.catch(() => {}); // whoever awaits it hears of it
  }

  get channel(): C {
    return this.#feed.channel;
  }

  /** The latest ack: one's own right, who is online, … */
  get ack(): AckOf<C> | undefined {
    return this.#feed.ack;
  }

  /** Up to where everything was passed on; keep it with `epoch` to begin there later. */
  get position(): SinceOf<C> | undefined {
    return this.stream.since as SinceOf<C> | undefined;
  }

  get epoch(): string | undefined {
    return this.#feed.epoch;
  }

  /** Whether one may draw on this board now; not before the first ack has said so. */
  get canDraw(): boolean {
    return !this.#ended && this.#feed.right === "draw";
  }

  /** Call a listener for every event of a type, each once; `*` hears all. Returns how to stop. */
  on<K extends (keyof EventsOf<C> & string) | keyof Own<C> | "*">(type: K, listener: Listener<C, K>): () => void {
    const listeners = this.#listeners.get(type) ?? new Set<AnyListener>();
    this.#listeners.set(type, listeners.add(listener as AnyListener));
    return () => void listeners.delete(listener as AnyListener);
  }

  /** End this subscription; others to the same channel go on. */
  unsubscribe(): Promise<void> {
    return this.#feed.leave(this);
  }

  /** Send a board's or a room's command; it fails with `offline` while that isn't subscribed to. */
  command<K extends keyof CommandsOf<C> & string>(type: K, payload: Sent<C, K>): Promise<Answer<C, K>> {
    return this.#ended ? Promise.reject(this.#ended) : this.#feed.command(type, payload);
  }

  /**
   * Send a command of which nobody hears whether it came, as a cursor's, of which the next one will do.
   * That takes no answer; while the channel isn't subscribed to, nothing is sent.
   */
  notify<K extends keyof CommandsOf<C> & string>(type: K, payload: Sent<C, K>): void {
    if (!this.#ended) this.#feed.notify(type, payload);
  }

  /**
   * Change elements; sent until it is answered, which changes nothing twice.
   * What waits is merged: of each element the latest version goes out.
   */
  patch(this: Subscription<BoardChannel>, elements: BoardElement[], options: PatchOptions = {}): Promise<Patched> {
    return this.#ended ? Promise.reject(this.#ended) : this.#feed.patches.add(elements, options.signal);
  }

  /**
   * Change elements as a pen moves: sent at most every `drawInterval`, with what came meanwhile.
   * Who wants an answer listens for `board.patch`; what is refused later goes to `onError`.
   */
  draw(this: Subscription<BoardChannel>, elements: BoardElement[]): void {
    const refusal = this.#ended ?? this.#feed.refusal();
    if (refusal) throw refusal;
    this.#feed.pen.draw(elements);
  }

  /** Send at once what was drawn, as at pen-up; resolves when all patches are answered. */
  flush(this: Subscription<BoardChannel>): Promise<void> {
    this.#feed.pen.flush();
    return this.#feed.patches.settled();
  }

  /**
   * Show the others a stroke while it is drawn, by its new points; `fields` say how it looks.
   * Nothing of it is stored, and nobody hears whether it came: the element itself goes out by `draw`.
   */
  preview(this: Subscription<BoardChannel>, id: string, fields: Record<string, unknown> = {}): Preview {
    const refusal = this.#ended ?? this.#feed.refusal();
    if (refusal) throw refusal;
    return new Preview(id, fields, (piece) => this.notify("board.preview", piece));
  }

  /**
   * Follow the strokes that others draw just now; `changed` is called with the id of each that has
   * grown, or that is no longer known.
   */
  strokes(this: Subscription<BoardChannel>, changed: (id: string) => void): Strokes {
    const guarded = (id: string) => this.#feed.link.guard(() => changed(id));
    return new Strokes((take) => this.on("board.preview", take), guarded);
  }

  snapshot(this: Subscription<BoardChannel>): Promise<Snapshot> {
    return this.#feed.link.retry(() => this.command("board.snapshot.request", {}), {}, this.#feed.pauses);
  }

  /** @internal */
  opened(ack: AckOf<C>): void {
    this.#settle.resolve(ack);
    this.#tell(this.#note("subscribed", ack), false);
  }

  /** @internal */
  tell(event: ChannelEvent): void {
    this.#tell(event, true);
  }

  /** @internal */
  end(reason: string, error?: Error): void {
    this.#ended = failure("closed", `${this.channel}: ${reason}`);
    this.#settle.reject(error ?? this.#ended);
    this.#tell(this.#note("unsubscribed", { reason }), false);
    this.#listeners.clear();
  }

  #note(type: string, payload: unknown): ChannelEvent {
    return { type, channel: this.channel, ts: new Date().toISOString(), payload };
  }

  #tell(event: ChannelEvent, isForAll: boolean): void {
    const all = isForAll ? (this.#listeners.get("*") ?? []) : [];
    for (const listener of [...(this.#listeners.get(event.type) ?? []), ...all])
      this.#feed.link.guard(() => listener(event.payload, event));
  }
}
