// One's place in a lesson's room, kept true by the socket: the lesson, the room and the board, each followed once.

import { type BoardChannel, type Client, retry, type Subscription } from "rtserver-client";
import { call } from "../api/http.ts";
import { closedRoom, type RoomLesson, room } from "../state/room.ts";
import { createStore } from "../state/store.ts";
import type { RoomSubscription } from "./channel.ts";

// Not to be told of as if the lesson had ended: one leaves by oneself, or the whole page does.
const OWN_LEAVE = new Set(["closed", "unsubscribed"]);

export class Classroom {
  readonly store;
  /** How many changes of the board aren't stored yet. */
  readonly waiting = createStore<number, number>((_, count) => count, 0);
  #room: RoomSubscription | undefined;
  #board: Subscription<BoardChannel> | undefined;
  #isLeft = false;

  constructor(
    readonly client: Client,
    me: number,
    readonly lessonId: number,
  ) {
    this.store = createStore(room, closedRoom(me));
  }

  /** The channel of the room; there once its door is open. */
  get room(): RoomSubscription {
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
      if (!this.#isLeft) this.#show(lesson as RoomLesson);
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      if (!this.#isLeft && code !== "closed") this.store.send({ type: "missing" });
    }
  }

  #show(lesson: RoomLesson): void {
    const isIn = lesson.members.some(({ user_id, state }) => user_id === this.store.get().me && state === "accepted");
    if (isIn) this.#open();
    this.store.send({ type: "loaded", lesson });
  }

  #open(): void {
    if (this.#room) return;
    this.#board = this.client.subscribe(`board:lesson:${this.lessonId}`);
    const channel = this.client.subscribe(`room:lesson:${this.lessonId}`);
    const { send } = this.store;
    channel.on("subscribed", ({ lesson, present, lead }) => send({ type: "opened", lesson, present, lead }));
    channel.on("room.entered", (who) => send({ type: "entered", ...who }));
    channel.on("room.left", (who) => send({ type: "left", ...who }));
    channel.on("room.reaction", (state) => send({ type: "reacted", ...state }));
    channel.on("room.lead", ({ user_id }) => send({ type: "led", user_id }));
    channel.on("lesson.changed", ({ lesson }) => send({ type: "changed", lesson }));
    channel.on("unsubscribed", ({ reason }) => this.#shut(reason));
    this.#room = channel;
  }

  /** One was taken out, or mustn't come in any more: the lesson itself says which. */
  #shut(reason: string): void {
    if (OWN_LEAVE.has(reason)) return;
    this.#leave();
    void this.load();
  }

  #leave(): void {
    void this.#room?.unsubscribe();
    void this.#board?.unsubscribe();
    this.#room = this.#board = undefined;
  }
}
