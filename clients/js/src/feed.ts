// One channel as the server sends it, shared by all who have subscribed to it.

import { type CommandError, failure, Pauses } from "./errors.js";
import type { Link } from "./link.js";
import type { Start } from "./options.js";
import { Patches } from "./patches.js";
import { Pen } from "./pen.js";
import { earliest, type Position, type Reload, type SubscribeAck, union } from "./position.js";
import type { AckOf, BoardElement, BoardEvents, Channel, ChannelEvent, Patched } from "./wire.js";

/** One subscription, as its channel sees it: each has a position of its own. */
export interface Follower<C extends Channel> {
  readonly stream: Position;
  opened(ack: AckOf<C>): void;
  tell(event: ChannelEvent): void;
  end(reason: string, error?: Error): void;
}

// Their acks stand for the events, which everybody but the sender gets.
const CHANGES = new Set(["board.patch", "board.reset", "board.snapshot.send"]);

export class Feed<C extends Channel = Channel> {
  /** The latest ack: one's own right, who is online, … */
  ack: AckOf<C> | undefined;
  epoch: string | undefined;
  /** One's own right on a board, once it is known. */
  right: "draw" | "view" | undefined;
  readonly pauses = new Pauses();
  readonly patches: Patches;
  readonly pen: Pen;

  readonly #followers = new Set<Follower<C>>();
  readonly #own = new Set<number | undefined>(); // seqs of changes from here that nobody was told of
  #isLive = false;
  #asking: object | undefined;

  constructor(readonly link: Link, readonly channel: C) {
    this.patches = new Patches(this);
    this.pen = new Pen(link.drawInterval, (elements) => this.#draw(elements));
  }

  get isOpen(): boolean {
    return this.#isLive;
  }

  get limit(): number {
    return this.link.welcome!.limits.message_bytes;
  }

  /** Who may only look is refused here, and needn't ask. */
  refusal(): CommandError | undefined {
    return this.right === "view" ? failure("forbidden", "You may only look at this board.") : undefined;
  }

  delay(attempt: number): number {
    return this.link.delay(attempt);
  }

  send(elements: BoardElement[]): Promise<Patched> {
    return this.command("board.patch", { elements });
  }

  /** Let a subscription take part; whoever names no position begins at the next ack. */
  join(follower: Follower<C>, start: Start<C>): void {
    this.#followers.add(follower);
    if (start.since !== undefined) this.epoch = start.epoch;
    if (this.link.isOnline && (!this.#asking || start.since !== undefined)) this.ask();
  }

  /** Let a subscription go; with the last one the channel goes too. */
  async leave(follower: Follower<C>): Promise<void> {
    if (!this.#followers.has(follower)) return;
    if (this.#followers.size === 1) return this.link.unsubscribe(this.channel); // and forgets it
    this.#followers.delete(follower);
    follower.end("unsubscribed");
  }

  /** Send what is drawn and what waits while there is a way: there may be none later. */
  drain(): void {
    this.pen.flush();
    this.patches.drain();
  }

  /** Subscribe, or once more on this connection: after a gap, or `resync`. */
  ask(attempt = 0): void {
    const asking = (this.#asking = {});
    const since = earliest([...this.#followers].map((each) => each.stream.ask()));
    const payload = since === undefined ? {} : { since, ...(this.epoch && { epoch: this.epoch }) };
    this.link
      .request("subscribe", payload, this.channel, (ack) => asking === this.#asking && this.#opened(ack as AckOf<C>))
      .catch((error: CommandError) => {
        if (asking !== this.#asking || ["disconnected", "offline", "closed"].includes(error.code)) return;
        if (!error.temporary) return this.link.forget(this.channel, error.code, error);
        const delay = (error.retry_after ?? 0) * 1000 + this.link.delay(attempt);
        setTimeout(() => asking === this.#asking && this.ask(attempt + 1), delay);
      });
  }

  /** Send a command of this channel; it fails with `offline` while it isn't subscribed to. */
  command(type: string, payload: unknown): Promise<any> {
    if (!this.#isLive) return Promise.reject(failure("offline", `${this.channel} isn't subscribed to now.`));
    return this.link.request(type, payload, this.channel, (ack) => this.#acked(type, payload, ack));
  }

  /** Send one that nobody answers; it is left out while the channel isn't subscribed to. */
  notify(type: string, payload: unknown): void {
    if (this.#isLive) this.link.notify(type, payload, this.channel);
  }

  /** Pass an event on to all who don't have it; a gap is filled by subscribing once more. */
  take(event: ChannelEvent): void {
    if (event.type === "board.rights") this.#allow(event.payload as BoardEvents["board.rights"]);
    const told = this.#own.has(event.seq) ? { ...event, own: true as const } : event;
    for (const follower of this.#missing(event)) follower.tell(told);
    if (!this.#asking) this.#own.delete(event.seq); // else the replay brings it
  }

  #allow({ user_id, board }: BoardEvents["board.rights"]): void {
    if (user_id !== this.link.welcome?.user.id) return;
    this.right = board;
    this.patches.pump();
  }

  /** The connection is lost. */
  lost(): void {
    this.#isLive = false;
    this.#asking = undefined;
  }

  end(reason: string, error?: Error): void {
    this.lost();
    this.pen.flush();
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const follower of followers) follower.end(reason, error);
    this.patches.end(failure("closed", `${this.channel}: ${reason}`));
    this.pauses.end();
  }

  #draw(elements: BoardElement[]): void {
    this.patches.add(elements).catch((error: CommandError) => {
      if (error.code !== "closed") this.link.report(error);
    });
  }

  #opened(ack: AckOf<C>): void {
    this.#asking = undefined;
    this.#isLive = true;
    this.ack = ack;
    if ("board" in ack) this.right = ack.board;
    this.epoch = "epoch" in ack ? ack.epoch : undefined;
    if (!("recovered" in ack && ack.recovered)) this.#own.clear();
    const followers = [...this.#followers];
    const opened = followers.map((each) => each.stream.opened(ack as SubscribeAck));
    this.pauses.end();
    this.patches.wake();
    for (const follower of followers) follower.opened(ack);
    const reloads: Reload[] = union(opened.flatMap((each) => each.reloads));
    for (const { reason, lessons } of reloads) this.link.reload(this.channel, reason, lessons);
    if (opened.some((each) => each.again)) this.ask();
  }

  /** Tell of one's own change, at its place: everybody else got an event. */
  #acked(type: string, payload: unknown, { seq, accepted }: Patched): void {
    if (!CHANGES.has(type) || seq === null || this.#followers.size === 0) return; // or it was left meanwhile
    this.#own.add(seq);
    // What the server has stored may differ from what was sent: its own event tells.
    if (type === "board.snapshot.send") return this.ask();
    const { elements } = payload as { elements?: BoardElement[] };
    const kept = elements && { elements: elements.filter(({ id }) => accepted.includes(id)) };
    const told = { ...kept, user_id: this.link.welcome!.user.id };
    this.take({ type, channel: this.channel, seq, ts: new Date().toISOString(), payload: told });
  }

  /** Count an event as passed on to those for whom it is the next one, and name them. */
  #missing(event: Pick<ChannelEvent, "type" | "seq" | "payload">): Follower<C>[] {
    const verdicts = [...this.#followers].map((each) => [each, each.stream.judge(event)] as const);
    if (verdicts.some(([, verdict]) => verdict === "gap") && this.#isLive && !this.#asking) this.ask();
    return verdicts.filter(([, verdict]) => verdict === "pass").map(([each]) => each);
  }
}
