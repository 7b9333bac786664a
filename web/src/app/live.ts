// What a member's pages know, kept true by the socket: it says when to load anew.

import type { Client } from "rtserver-client";
import { call } from "../api/http.ts";
import { type Lesson, type LessonsEvent, lessons, noLessons } from "../state/lessons.ts";
import { NO_NOTICES, type Notice, type NoticePage, notices } from "../state/notifications.ts";
import { online } from "../state/online.ts";
import { createStore } from "../state/store.ts";

const GATHER = 150; // milliseconds in which what has to be read anew is gathered
const PAGE = 30;

export class Live {
  readonly notices = createStore(notices, NO_NOTICES);
  readonly lessons;
  readonly online = createStore(online, new Set<number>());
  readonly #told = new Map<number, number>(); // how many events of its chat each lesson has had
  readonly #heard = new Set<(notice: Notice) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: Client,
    private readonly me: number,
  ) {
    this.lessons = createStore(lessons, noLessons(me));
  }

  /** Follow the channels; returns how to stop. */
  start(): () => void {
    const subscriptions = [this.#followChat(), this.#followNotices(), this.#followOnline()];
    const unwatch = this.lessons.subscribe(() => this.#readStale());
    void this.loadNotices();
    return () => {
      unwatch();
      clearTimeout(this.#timer);
      for (const subscription of subscriptions) void subscription.unsubscribe();
    };
  }

  /** Hear of new notifications as they arrive. */
  onNotice(listener: (notice: Notice) => void): () => void {
    this.#heard.add(listener);
    return () => void this.#heard.delete(listener);
  }

  /** Load the lessons of a time, all pages of them. */
  async loadLessons(from?: string, to?: string): Promise<void> {
    const found: Lesson[] = [];
    let cursor: string | undefined;
    do {
      const query = {
        ...(from && { from }),
        ...(to && { to }),
        ...(cursor && { cursor }),
        limit: 100,
        summary: "true" as const,
      };
      const page = await call(this.client, "get", "/api/lessons/", { query });
      found.push(...(page.results as Lesson[]));
      cursor = page.next ?? undefined;
    } while (cursor);
    this.lessons.send({ type: "loaded", lessons: found, ...(from && { from }), ...(to && { to }) });
  }

  async loadNotices(): Promise<void> {
    this.notices.send({ type: "loaded", page: await this.#noticePage() });
  }

  async moreNotices(): Promise<void> {
    const cursor = this.notices.get().next;
    if (!cursor) return;
    this.notices.send({ type: "more", page: await this.#noticePage(cursor) });
  }

  #noticePage(cursor?: string): Promise<NoticePage> {
    const query = { limit: PAGE, ...(cursor && { cursor }) };
    return call(this.client, "get", "/api/notifications/", { query });
  }

  #followChat() {
    const chat = this.client.subscribe(`chat:user:${this.me}`);
    const send = (event: LessonsEvent) => this.hear(event);
    chat.on("chat.message.new", (message) => send({ type: "posted", message }));
    chat.on("chat.message.edited", (message) => send({ type: "edited", message }));
    chat.on("chat.message.deleted", (message) => send({ type: "deleted", message }));
    chat.on("chat.held.new", ({ lesson_id }) => send({ type: "doubted", id: lesson_id }));
    chat.on("chat.held.decided", ({ lesson_id }) => send({ type: "doubted", id: lesson_id }));
    chat.on("chat.read", (mark) => send({ type: "read", ...mark }));
    chat.on("chat.joined", ({ lesson_id }) => send({ type: "doubted", id: lesson_id }));
    chat.on("chat.left", ({ lesson_id, user_id }) =>
      send(user_id === this.me ? { type: "gone", id: lesson_id } : { type: "doubted", id: lesson_id }),
    );
    chat.on("subscribed", ({ recovered }) => recovered === false && this.#doubtAll());
    return chat;
  }

  /** Take what is told of a chat; one's own reading is told to no channel of this page. */
  hear(event: LessonsEvent): void {
    const id = "message" in event ? event.message.lesson_id : "lesson_id" in event ? event.lesson_id : undefined;
    if (id !== undefined) this.#told.set(id, (this.#told.get(id) ?? 0) + 1);
    this.lessons.send(event);
  }

  #followNotices() {
    const channel = this.client.subscribe(`notifications:user:${this.me}`);
    channel.on("*", (payload, { type }) => {
      if (type === "notification.read") {
        const { ids, unread } = payload as unknown as { ids: number[] | "all"; unread: number };
        return this.notices.send({ type: "read", ids, unread, at: new Date().toISOString() });
      }
      const notice = payload as Notice;
      this.notices.send({ type: "arrived", notice });
      const lesson = notice.data.lesson_id;
      if (typeof lesson === "number" && /^(lesson|tutor|student)\./.test(type))
        this.lessons.send({ type: "doubted", id: lesson });
      for (const listener of [...this.#heard]) listener(notice);
    });
    channel.on("subscribed", ({ recovered }) => void (recovered === false && this.loadNotices()));
    return channel;
  }

  #followOnline() {
    const status = this.client.subscribe("status:users");
    status.on("subscribed", ({ online_ids }) => this.online.send({ type: "all", ids: online_ids }));
    status.on("user.online", ({ user_id }) => this.online.send({ type: "came", id: user_id }));
    status.on("user.offline", ({ user_id }) => this.online.send({ type: "went", id: user_id }));
    return status;
  }

  #doubtAll(): void {
    for (const id of this.lessons.get().byId.keys()) this.lessons.send({ type: "doubted", id });
  }

  /** Read anew, together, what events left in doubt. */
  #readStale(): void {
    if (!this.lessons.get().stale.size) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const id of this.lessons.get().stale) void this.refresh(id);
    }, GATHER);
  }

  async refresh(id: number): Promise<void> {
    const told = this.#told.get(id);
    try {
      const request = { path: { id }, query: { summary: "true" as const } };
      const lesson = await call(this.client, "get", "/api/lessons/{id}/", request);
      this.lessons.send({ type: "changed", lesson: lesson as Lesson });
      // The answer may be older than what was told while it was on its way.
      if (told !== this.#told.get(id)) this.lessons.send({ type: "doubted", id });
    } catch (error) {
      const isGone = ["not_found", "forbidden"].includes((error as { code?: string }).code ?? "");
      if (isGone) this.lessons.send({ type: "gone", id });
    }
  }
}
