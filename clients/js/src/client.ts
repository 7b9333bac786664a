// One connection to the server, which comes back by itself.

import { Answers } from "./answers.js";
import { backoff, type CommandError, failure, Pauses, retryWith, type RetryOptions } from "./errors.js";
import { Feed } from "./feed.js";
import { Files, type UploadOptions } from "./files.js";
import { leave } from "./leave.js";
import type { HeldMessage, LessonFile, Message } from "./messages.js";
import type { Options, PostOptions, Start, State, StateDetail, WebSocketLike } from "./options.js";
import { Queue } from "./queue.js";
import { Reach } from "./reach.js";
import { refusal } from "./refusal.js";
import { newId, Requests } from "./requests.js";
import { Room } from "./room.js";
import { Subscription } from "./subscription.js";
import { Timers } from "./timers.js";
import { Tokens } from "./tokens.js";
import { Watch } from "./watch.js";
import type { Channel, ChannelEvent, Commands, Welcome } from "./wire.js";

const NO_TOKEN = 4501; // as the server closes for a token that is none
const STABLE = 5_000; // online for so long, the next loss counts as the first
const LARGE = 12; // a board's snapshot, in one frame of megabytes, may take so many times longer

export class Client {
  state: State = "idle";
  welcome: Welcome | undefined;

  readonly #options: Options;
  readonly #url: string;
  readonly #timeout: number;
  readonly #answers = new Answers();
  readonly #feeds = new Map<string, Feed<any>>();
  readonly #timers = new Timers();
  readonly #watch = new Watch(this.#timers, () => this.request("ping", {}), () => this.#drop("no sign of life"));
  readonly #pauses = new Pauses();
  readonly #posts = new Queue();
  readonly #tokens: Tokens;
  readonly #requests: Requests;
  readonly #files: Files;
  readonly #reach: Reach;
  #socket: WebSocketLike | undefined;
  #attempt = 0;
  #hasExpired = false;
  #onlineAt = 0;
  #first!: { resolve(welcome: Welcome): void; reject(error: Error): void };
  readonly #opened = new Promise<Welcome>((resolve, reject) => (this.#first = { resolve, reject }));

  constructor(options: Options) {
    this.#options = options;
    this.#tokens = new Tokens(options.token, () => this.#finish(NO_TOKEN, "sign in again"));
    this.#url = new URL(options.url).href.replace(/\/$/, "");
    if (!/^https?:/.test(this.#url)) throw new TypeError("url: expected an address such as https://school.example");
    this.#timeout = options.timeout ?? 10_000;
    this.#reach = new Reach(this.#url);
    this.#requests = new Requests(this.#url, this.#tokens, this.#timeout, this.#reach);
    this.#files = new Files(this.#url, this.#requests, this.#serverTime);
    this.#opened.catch(() => {}); // whoever awaits it hears of it
  }

  /** Connect, and stay connected; resolves when first online, rejects when closed for good. */
  connect(): Promise<Welcome> {
    if (this.state === "idle") {
      globalThis.addEventListener?.("pagehide", this.#drain); // Node.js has none
      void this.#open();
    }
    return this.#opened;
  }

  /** Close for good; what was drawn, and waits, is sent before, where there is a connection. */
  close(): void {
    this.#drain();
    this.#finish(1000, "closed by the client");
  }

  /** Subscribe to a channel, again after each loss. Each call gives a subscription of its own. */
  subscribe<C extends Channel>(channel: C, start: Start<C> = {}): Subscription<C> {
    const feed = (this.#feeds.get(channel) as Feed<C> | undefined) ?? new Feed(this, channel);
    const subscription = new Subscription(feed, start);
    if (this.state === "closed") {
      subscription.end("closed");
      return subscription;
    }
    this.#feeds.set(channel, feed);
    feed.join(subscription, start);
    return subscription;
  }

  /** Enter a lesson's room: a subscription to it that keeps who is there. */
  room(lesson_id: number): Room {
    return new Room(this, this.subscribe(`room:lesson:${lesson_id}`));
  }

  /** Drop a channel with all its subscriptions: from now on nobody hears anything of it. */
  async unsubscribe(channel: Channel): Promise<void> {
    this.#feeds.get(channel)?.drain();
    this.forget(channel, "unsubscribed");
    await this.retry(async () => {
      const isWanted = this.#feeds.has(channel); // again, meanwhile
      if (this.state === "online" && !isWanted) await this.request("unsubscribe", {}, channel);
    });
  }

  /** Send a command that needs no channel. */
  command<K extends keyof Commands>(type: K, payload: Commands[K][0]): Promise<Commands[K][1]> {
    return this.request(type, payload);
  }

  /** Post a chat message, once, however often it has to be sent, and behind those posted before. */
  post(
    lesson_id: number, text: string, client_id = newId(), { files, ...options }: PostOptions = {},
  ): Promise<Message | HeldMessage> {
    const body = { lesson_id, text, client_id, ...(files && { files }) };
    const send = async () => {
      if (this.state === "closed") throw failure("closed", "The client is closed.");
      return this.http<Message | HeldMessage>("POST", "/api/chat/messages/", body);
    };
    return this.#posts.run(() => this.retry(send, options));
  }

  /** Upload a file for a lesson, again until it is there: the same bytes are one file. */
  upload(file: Blob, options: UploadOptions): Promise<LessonFile> {
    return this.retry(() => this.#files.send(file, options), options);
  }

  /** Give an address that shows a file without a header, as in `<img>`; good for some minutes. */
  fileUrl(id: string): Promise<string> {
    return this.#files.address(id);
  }

  /** Send a request to the HTTP API, a `Blob` as it is; anything but a success throws a `CommandError`. */
  http<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#requests.send<T>(method, path, body);
  }

  /** @internal */
  get isOnline(): boolean {
    return this.state === "online";
  }

  /** @internal */
  get drawInterval(): number {
    return this.#options.drawInterval ?? 100;
  }

  /** @internal Send a command; `onAck` is called before anything that follows the ack. */
  request(type: string, payload: unknown, channel?: string, onAck?: (ack: any) => void): Promise<any> {
    const timeout = this.#timeout * (type === "board.snapshot.request" ? LARGE : 1);
    const id = this.#answers.nextId(), refused = this.notify(type, payload, channel, id);
    return refused ? Promise.reject(refused) : this.#answers.expect(id, type, timeout, onAck);
  }

  /** @internal Send a command, which nobody answers unless it has an id; returns why it isn't sent. */
  notify(type: string, payload: unknown, channel?: string, id?: number): CommandError | undefined {
    const text = JSON.stringify({ type, id, channel, payload });
    const refused = refusal(this.state, this.welcome?.limits.message_bytes, text);
    if (!refused) this.#socket!.send(text);
    return refused;
  }

  /** @internal Repeat what failed temporarily, with this client's waits. */
  retry<T>(work: () => Promise<T>, options?: RetryOptions, pauses = this.#pauses): Promise<T> {
    const { backoff } = this.#options;
    return retryWith(pauses, work, { ...(backoff && { backoff }), ...options });
  }

  /** @internal Milliseconds before the next attempt. */
  delay(attempt: number): number {
    const { base, cap } = this.#options.backoff ?? {};
    return backoff(attempt, base, cap);
  }

  /** @internal */
  forget(channel: string, reason: string, error?: Error): void {
    const feed = this.#feeds.get(channel);
    this.#feeds.delete(channel);
    feed?.end(reason, error);
  }

  /** @internal */
  reload(channel: Channel, reason: string, lessons?: number[]): void {
    this.guard(() => this.#options.onReload?.(channel, reason, lessons));
  }

  /** @internal Call somebody else's code, which may be an async function. */
  guard(work: () => unknown): void {
    try {
      const result = work();
      if (result instanceof Promise) result.catch((error) => this.report(error));
    } catch (error) {
      this.report(error);
    }
  }

  /** @internal */
  report(error: unknown): void {
    (this.#options.onError ?? console.error)(error);
  }

  async #open(): Promise<void> {
    this.#enter("connecting", {});
    const token = await this.#tokens.give(this.#hasExpired)
      .catch((error) => void (this.state === "connecting" && this.report(error)));
    if (this.state !== "connecting") return;
    if (token === undefined) return this.#wait(1006, "no token");
    const Socket = this.#options.WebSocket ?? WebSocket;
    const socket: WebSocketLike = new Socket(this.#url.replace(/^http/, "ws") + "/ws");
    this.#socket = socket;
    this.#timers.set("welcome", this.#timeout, () => this.#drop("no welcome in time"));
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", id: 0, payload: { token } }));
    socket.onmessage = ({ data }) => socket === this.#socket && this.#take(JSON.parse(data));
    socket.onclose = ({ code, reason }) => socket === this.#socket && this.#lost(code, reason);
    socket.onerror = () => {}; // a close follows
  }

  #take(frame: ChannelEvent<any> & { id: number | null }): void {
    this.#watch.hear();
    const feed = this.#feeds.get(frame.channel);
    if (frame.type === "ack" || frame.type === "error") this.#answers.take(frame);
    else if (frame.type === "welcome") this.#welcomed(frame.payload);
    else if (frame.type === "resync") feed?.ask();
    else if (frame.type === "unsubscribed") this.forget(frame.payload.channel, frame.payload.reason);
    else feed?.take(frame);
  }

  #welcomed(welcome: Welcome): void {
    this.#timers.clear();
    this.welcome = welcome;
    this.#hasExpired = false;
    this.#onlineAt = performance.now();
    this.state = "online";
    for (const feed of this.#feeds.values()) feed.ask();
    this.#refreshBefore(welcome.token_expires_at);
    const socket = this.#socket;
    this.#watch.start(welcome.heartbeat_interval * 1000, () => socket === this.#socket);
    this.#first.resolve(welcome);
    this.#pauses.end();
    this.#enter("online", {});
  }

  readonly #serverTime = (): number =>
    this.welcome ? Date.parse(this.welcome.server_time) + performance.now() - this.#onlineAt : Date.now();

  /** Refresh the token while a quarter of its time is left, at most a minute; try until it ends. */
  #refreshBefore(end: string): void {
    const left = Date.parse(end) - this.#serverTime();
    this.#timers.set("token", Math.max(1000, left - Math.min(60_000, left / 4)), async () => {
      const socket = this.#socket;
      const next = await this.#tokens.give(true)
        .then((token) => this.request("auth.refresh", { token }))
        .catch((error) => void (socket === this.#socket && this.report(error)));
      if (socket && socket === this.#socket) this.#refreshBefore(next?.token_expires_at ?? end);
    });
  }

  #drop(reason: string): void {
    const socket = this.#socket;
    this.#lost(1006, reason);
    socket?.close();
  }

  #lost(code: number, reason: string): void {
    if (this.state === "online" && performance.now() - this.#onlineAt > STABLE) this.#attempt = 0;
    this.#socket = undefined;
    this.#timers.clear();
    if (code >= 4500) return this.#finish(code, reason);
    if (code === 4001) this.#hasExpired = true;
    this.#wait(code, reason);
    if (!this.welcome) void this.#reach.explain((error) => this.report(error));
    this.#answers.fail("disconnected", "The connection was lost before the answer came.");
    for (const feed of this.#feeds.values()) feed.lost();
  }

  #wait(code: number, reason: string): void {
    const delay = this.delay(this.#attempt++);
    this.#timers.set("open", delay, () => void this.#open());
    this.#enter("waiting", { code, reason, delay });
  }

  #finish(code: number, reason: string): void {
    if (this.state === "closed") return;
    globalThis.removeEventListener?.("pagehide", this.#drain);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#timers.clear();
    this.#enter("closed", { code, reason });
    if (socket) leave(socket, this.#answers.size);
    this.#answers.fail("closed", `The connection was closed: ${code} ${reason}`);
    for (const channel of [...this.#feeds.keys()]) this.forget(channel, "closed");
    this.#pauses.end();
    this.#first.reject(failure("closed", `The connection was closed: ${code} ${reason}`));
  }

  readonly #drain = (): void => this.#feeds.forEach((feed) => feed.drain());

  #enter(state: State, detail: StateDetail): void {
    this.state = state;
    this.guard(() => this.#options.onState?.(state, detail));
  }
}
