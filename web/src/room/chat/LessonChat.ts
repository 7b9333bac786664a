// The chat of one lesson, kept true by the socket; what one writes goes out from here.

import { type Client, type HeldMessage, type Message, type MessageFile, retry } from "rtserver-client";
import { call } from "../../api/http.ts";
import { newKey, Outbox } from "../../session/outbox.ts";
import { type ChatEvent, chat, type HistoryPage, mark, noChat, type Outgoing } from "../../state/chat.ts";
import { createStore } from "../../state/store.ts";

const PAGE = 50;
const SELDOM = 3_000; // milliseconds between two tellings that one writes
const TYPING = 5_000; // milliseconds that somebody counts as writing
// It isn't the message's fault: it goes out once one is signed in again.
const KEPT = new Set(["closed", "unauthenticated"]);

export class LessonChat {
  readonly store;
  readonly #outbox: Outbox;
  #isLoadingOlder = false;
  #heldAsked: Promise<void> | undefined;
  #isHeldChanged = false;
  #seen = 0;
  #typedAt = 0;

  constructor(
    readonly client: Client,
    readonly me: number,
    readonly lessonId: number,
    /** Hears of one's own mark, which no event tells to this connection. */
    private readonly onRead: (read: { lesson_id: number; user_id: number; seq: number }) => void,
  ) {
    this.store = createStore(chat, noChat(me));
    this.#outbox = new Outbox(me, lessonId);
  }

  /** Follow the chat; returns how to stop. */
  follow(): () => void {
    const channel = this.client.subscribe(`chat:user:${this.me}`);
    let isFirst = true;
    channel.on("subscribed", ({ recovered }) => {
      if (isFirst || recovered === false) void this.load();
      isFirst = false;
      void this.askHeld();
      this.#tellRead();
    });
    const isHere = ({ lesson_id }: { lesson_id: number }) => lesson_id === this.lessonId;
    channel.on("chat.message.new", (message) => isHere(message) && this.#arrived(message));
    channel.on("chat.message.edited", (message) => isHere(message) && this.#send({ type: "edited", message }));
    channel.on("chat.message.deleted", (message) => isHere(message) && this.#send({ type: "deleted", message }));
    channel.on("chat.read", (read) => isHere(read) && this.#send({ ...read, type: "read" }));
    channel.on("chat.typing", (typing) => isHere(typing) && this.#hearTyping(typing.user_id));
    channel.on("chat.held.new", (held) => {
      if (isHere(held)) this.#hearHeld({ type: "held", held });
    });
    channel.on("chat.held.decided", (decision) => {
      if (isHere(decision)) this.#hearHeld({ type: "decided", decision });
    });
    this.#sendKept();
    return () => void channel.unsubscribe();
  }

  /** Read the newest page; all else is read anew as one scrolls. */
  async load(): Promise<void> {
    try {
      this.#send({ type: "loaded", page: await retry(() => this.#page()) });
    } catch {
      this.#send({ type: "broken" });
    }
  }

  async loadOlder(): Promise<void> {
    const { next } = this.store.get();
    if (!next || this.#isLoadingOlder) return;
    this.#isLoadingOlder = true;
    try {
      const page = await retry(() => this.#page(next));
      if (this.store.get().next === next) this.#send({ type: "older", page });
    } catch {
      // Asked again at the next scrolling.
    }
    this.#isLoadingOlder = false;
  }

  /** Read what waits for a tutor, and once more if that has changed meanwhile. */
  askHeld(): Promise<void> {
    this.#isHeldChanged = !!this.#heldAsked;
    this.#heldAsked ??= this.#readHeld().finally(() => {
      this.#heldAsked = undefined;
      if (this.#isHeldChanged) void this.askHeld();
    });
    return this.#heldAsked;
  }

  write(text: string, files: MessageFile[]): void {
    const outgoing: Outgoing = { client_id: newKey(), text: text.trim(), files, failed: null };
    this.#send({ type: "queued", outgoing });
    void this.#post(outgoing);
  }

  /** Try once more; a refused `client_id` stays used, so then it takes a new one. */
  again(outgoing: Outgoing): void {
    const isUsed = outgoing.failed === "conflict";
    this.drop(outgoing.client_id);
    const next = { ...outgoing, failed: null, client_id: isUsed ? newKey() : outgoing.client_id };
    this.#send({ type: "queued", outgoing: next });
    void this.#post(next);
  }

  drop(client_id: string): void {
    this.#outbox.drop(client_id);
    this.#send({ type: "dropped", client_id });
  }

  async edit(id: number, text: string): Promise<void> {
    const request = { path: { id }, body: { text: text.trim() } };
    const message = await call(this.client, "patch", "/api/chat/messages/{id}/", request);
    this.#send({ type: "edited", message: message as Message });
  }

  async remove(id: number): Promise<void> {
    await call(this.client, "delete", "/api/chat/messages/{id}/", { path: { id } });
  }

  /** Decide about what waits; whoever comes second sees what is so already. */
  async decide(id: number, how: "approve" | "reject" | "withdraw"): Promise<void> {
    const request = { path: { id } };
    try {
      if (how === "withdraw") await call(this.client, "delete", "/api/chat/held/{id}/", request);
      else await call(this.client, "post", `/api/chat/held/{id}/${how}/`, request);
    } finally {
      await this.askHeld();
    }
  }

  /** A refused message was noticed. */
  acknowledge(held_id: number): void {
    this.#send({ type: "seen", held_id });
  }

  /** Tell the others that one is writing. */
  typing(): void {
    if (Date.now() - this.#typedAt < SELDOM) return;
    this.#typedAt = Date.now();
    this.client.command("chat.typing", { lesson_id: this.lessonId }).catch(() => {}); // it matters now, or not at all
  }

  /** One has seen the messages up to here. */
  read(seq: number): void {
    if (seq <= this.#seen) return;
    this.#seen = seq;
    this.#tellRead();
  }

  look(isLooking: boolean): void {
    this.#send({ type: isLooking ? "looks" : "away" });
  }

  #send(event: ChatEvent): void {
    this.store.send(event);
  }

  #page(cursor?: string): Promise<HistoryPage> {
    const query = { lesson_id: this.lessonId, limit: PAGE, ...(cursor && { cursor }) };
    return call(this.client, "get", "/api/chat/history/", { query }) as Promise<HistoryPage>;
  }

  #arrived(message: Message): void {
    if (message.author.id === this.me && message.client_id) this.#outbox.drop(message.client_id); // another tab's too
    this.#send({ type: "new", message });
  }

  #hearTyping(user_id: number): void {
    const at = performance.now();
    this.#send({ type: "typing", user_id, at });
    setTimeout(() => this.#send({ type: "passed", user_id, at }), TYPING);
  }

  #hearHeld(event: Extract<ChatEvent, { type: "held" | "decided" }>): void {
    this.#send(event);
    if (event.type === "held" && event.held.author.id === this.me && event.held.client_id)
      this.#outbox.drop(event.held.client_id);
    if (this.#heldAsked) this.#isHeldChanged = true; // the answer on its way may not know of it
  }

  async #readHeld(): Promise<void> {
    const query = { lesson_id: this.lessonId, limit: 100 };
    const page = await retry(() => call(this.client, "get", "/api/chat/held/", { query })).catch(() => undefined);
    if (page) this.#send({ type: "waiting", held: page.results as HeldMessage[] });
  }

  /** What was written before a reload and isn't answered yet. */
  #sendKept(): void {
    const known = new Set(this.store.get().outgoing.map(({ client_id }) => client_id));
    for (const outgoing of this.#outbox.all().filter(({ client_id }) => !known.has(client_id))) {
      this.#send({ type: "queued", outgoing });
      if (outgoing.failed === null) void this.#post(outgoing);
    }
  }

  async #post(outgoing: Outgoing): Promise<void> {
    const { client_id, text, files } = outgoing;
    this.#outbox.put(outgoing);
    try {
      const ids = files.map(({ id }) => id);
      const answer = await this.client.post(this.lessonId, text, client_id, ids.length ? { files: ids } : {});
      this.#outbox.drop(client_id);
      this.#send("held_id" in answer ? { type: "held", held: answer } : { type: "new", message: answer });
    } catch (error) {
      const { code = "internal" } = error as { code?: string };
      if (KEPT.has(code)) return;
      this.#outbox.put({ ...outgoing, failed: code });
      this.#send({ type: "failed", client_id, code });
    }
  }

  #tellRead(): void {
    const { lessonId: lesson_id, me: user_id } = this;
    if (this.#seen <= mark(this.store.get())) return;
    this.client
      .command("chat.read", { lesson_id, seq: this.#seen })
      .then(({ seq }) => {
        this.#send({ type: "read", user_id, seq });
        this.onRead({ lesson_id, user_id, seq });
      })
      .catch(() => {}); // told again at the next ack
  }
}
