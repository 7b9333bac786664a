// What `room:lesson:{id}` says, as docs/protocol.md has it.

import type { Subscription } from "rtserver-client";
import type { Presence, Reaction, RoomLesson } from "../state/room.ts";

export interface RoomAck {
  lesson: RoomLesson;
  present: Presence[];
  lead: number | null;
}

interface RoomEvents {
  subscribed: RoomAck;
  unsubscribed: { reason: string };
  "room.entered": { user_id: number; at: string };
  "room.left": { user_id: number; at: string };
  "room.reaction": { user_id: number; hand: string | null; reaction: Reaction | null };
  "room.lead": { user_id: number | null };
  "lesson.changed": { lesson: RoomLesson };
}

interface RoomCommands {
  "room.react": { hand?: boolean; reaction?: Reaction | null; user_id?: number; all?: boolean };
  "room.lead": { on: boolean };
}

export interface RoomSubscription {
  ready: Promise<RoomAck>;
  on<K extends keyof RoomEvents>(type: K, listener: (payload: RoomEvents[K]) => void): () => void;
  command<K extends keyof RoomCommands>(type: K, payload: RoomCommands[K]): Promise<unknown>;
  unsubscribe(): Promise<void>;
}

/** The client's subscription, with the words of a room. */
export function asRoom(subscription: Subscription): RoomSubscription {
  return subscription as unknown as RoomSubscription;
}
