// One's place in a lesson's room, kept true by the socket: the lesson, the room and the board, each followed once.

import { type BoardChannel, type Client, type Lesson, type Room, retry, type Subscription } from "rtserver-client";
import { call } from "../api/http.ts";
import { closedRoom, room } from "../state/room.ts";
import { createStore } from "../state/store.ts";

// Not to be told of as if the lesson had ended: one leaves by oneself, or the whole page does.
const OWN_LEAVE = new Set(["closed", "unsubscribed"]);

export class Classroom {
  readonly store;
  /** How many changes of the board aren't stored yet. */
  readonly waiting = createStore<number, number>((_, count) => count, 0);
  /** What those who lead have told last of what they see: also before one's own board is there. */
  readonly views = new Map<number, unknown>();
  #room: Room | undefined;
  #board: Subscription<BoardChannel> | undefined;
  #isLeft = false;

  constructor(
    readonly client: Client,
    me: number,
    readonly lessonId: number,
  ) {
    this.store = createStore(room, closedRoom(me));
  }

  /** There once the door is open. */
  get room(): Room {
    return this.#room!;
  }

  get board(): Subscription<BoardChannel> {
    return this.#board!;
  }

  /** Follow the lesson; returns how to leave. */
  enter(): () => void {
    this.#isLeft = false;
    void this.load();
    return () => {
      this.#isLeft = true;
      this.#leave();
    };
  }

  /** Read the lesson, and go in if one may. */
  async load(): Promise<void> {
    try {
      const request = { path: { id: this.lessonId } };
      const lesson = await retry(() => call(this.client, "get", "/api/lessons/{id}/", request));
      if (!this.#isLeft) this.#show(lesson as Lesson);
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      if (!this.#isLeft && code !== "closed") this.store.send({ type: "missing" });
    }
  }

  #show(lesson: Lesson): void {
    const isIn = lesson.members.some(({ user_id, state }) => user_id === this.store.get().me && state === "accepted");
    if (isIn) this.#open();
    this.store.send({ type: "loaded", lesson });
  }

  #open(): void {
    if (this.#room) return;
    this.#board = this.client.subscribe(`board:lesson:${this.lessonId}`);
    this.#board.on("board.cursor.move", ({ user_id, viewport }) => {
      if (viewport) this.views.set(user_id, viewport);
    });
    const room = this.client.room(this.lessonId);
    room.onChange(() => {
      if (room.state?.lead === null) this.views.clear();
      if (room.state) this.store.send({ type: "told", room: room.state });
    });
    room.on("unsubscribed", ({ reason }) => this.#shut(reason));
    this.#room = room;
  }

  /** One was taken out, or mustn't come in any more: the lesson itself says which. */
  #shut(reason: string): void {
    if (OWN_LEAVE.has(reason)) return;
    this.#leave();
    void this.load();
  }

  #leave(): void {
    void this.#room?.leave();
    void this.#board?.unsubscribe();
    this.#room = this.#board = undefined;
  }
}
