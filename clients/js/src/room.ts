// One lesson's room: who is in it, and what one does there.

import type { Link } from "./link.js";
import type { Reaction, RoomChannel } from "./lessons.js";
import { changed, opened, ROOM_EVENTS, type RoomState } from "./seats.js";
import type { Listener, Subscription } from "./subscription.js";
import type { AckOf } from "./wire.js";

/** What is left out stays as it is. */
export interface React {
  hand?: boolean;
  reaction?: Reaction | null;
  /** Whose hand a tutor lowers, or whose reaction they clear; else it is one's own. */
  userId?: number;
  /** A tutor lowers and clears for everybody. */
  all?: boolean;
}

export class Room {
  /** Settled by the first ack, or by a refusal. */
  readonly ready: Promise<AckOf<RoomChannel>>;
  readonly #listeners = new Set<() => void>();
  readonly #subscription: Subscription<RoomChannel>;
  #state: RoomState | undefined;

  /** @internal */
  constructor(link: Pick<Link, "guard">, subscription: Subscription<RoomChannel>) {
    this.#subscription = subscription;
    this.ready = subscription.ready;
    const become = (state: RoomState | undefined): void => {
      if (state === this.#state) return;
      this.#state = state;
      for (const listener of [...this.#listeners]) link.guard(listener);
    };
    subscription.on("subscribed", (ack) => become(opened(ack)));
    subscription.on("unsubscribed", () => become(undefined));
    for (const type of ROOM_EVENTS)
      subscription.on(type, (payload) => become(this.#state && changed(this.#state, type, payload)));
  }

  /** The room as it is now, or was when the connection was lost; none before the first ack, and at the end. */
  get state(): RoomState | undefined {
    return this.#state;
  }

  /** Call a listener after each change of `state`; returns how to stop. */
  readonly onChange = (listener: () => void): (() => void) => {
    const own = () => listener(); // the same function may be given twice
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  };

  /** Call a listener for every event of a type, once `state` has changed; as a subscription does. */
  on<K extends Parameters<Subscription<RoomChannel>["on"]>[0]>(type: K, listener: Listener<RoomChannel, K>): () => void {
    return this.#subscription.on(type, listener);
  }

  /** Raise or lower one's hand, react or take that back; tutors lower and clear for others too. */
  async react({ userId, ...signals }: React): Promise<void> {
    const payload = { ...signals, ...(userId !== undefined && { user_id: userId }) };
    await this.#subscription.command("room.react", payload);
  }

  /** Ask all to follow this connection's board, or no longer: tutors alone. */
  async lead(on: boolean): Promise<void> {
    await this.#subscription.command("room.lead", { on });
  }

  /** Leave the room, unless somebody else here is subscribed to it. */
  leave(): Promise<void> {
    return this.#subscription.unsubscribe();
  }
}
