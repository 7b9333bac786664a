// What goes over the wire, as the server's docs/protocol.md and docs/http.md describe it.

import type { RoomAck, RoomChannel, RoomCommands, RoomEvents } from "./lessons.js";
import type { ChatEvents } from "./messages.js";

export type ChatChannel = `chat:user:${number}`;
export type BoardChannel = `board:lesson:${number}`;
export type NotificationsChannel = `notifications:user:${number}`;
export type StatusChannel = "status:users";
export type Channel = ChatChannel | BoardChannel | RoomChannel | NotificationsChannel | StatusChannel;

export interface Welcome {
  protocol: number;
  connection_id: string;
  user: { id: number; name: string; role: "admin" | "tutor" | "student" };
  token_expires_at: string;
  heartbeat_interval: number;
  server_time: string;
  limits: { subscriptions: number; message_bytes: number };
}

export interface BoardElement {
  id: string;
  version: number;
  versionNonce?: number;
  isDeleted?: boolean;
  [field: string]: unknown;
}

/** A piece of what somebody is drawing just now: the new points, and whatever shows them. */
export interface BoardPreview {
  /** The element's. */
  id: string;
  /** Counts the pieces from 0. */
  n: number;
  points: [number, number][];
  [field: string]: unknown;
}

export interface Notification {
  id: number;
  seq: number;
  event: string;
  data: Record<string, unknown>;
  created_at: string;
  read_at: string | null;
}

/** Which notifications were read, on whichever device. */
export interface NotificationsRead {
  ids: number[] | "all";
  unread: number;
}

export interface BoardEvents {
  "board.patch": { elements: BoardElement[]; user_id: number };
  "board.reset": { user_id: number };
  "board.snapshot.send": { elements: BoardElement[]; user_id: number };
  "board.cursor.move": { user_id: number; x: number; y: number; [field: string]: unknown };
  "board.preview": BoardPreview & { user_id: number };
  "board.rights": { user_id: number; board: "draw" | "view" };
}

export interface StatusEvents {
  "user.online": { user_id: number; at: string };
  "user.offline": { user_id: number; at: string };
}

/** A platform may send events of its own: their type is the notification's `event`. */
export type NotificationEvents = Record<string, Notification>;

/** What comes beside the notifications themselves. */
export interface ReadEvents {
  "notification.read": NotificationsRead;
}

export type EventsOf<C extends Channel> = C extends ChatChannel
  ? ChatEvents
  : C extends BoardChannel
    ? BoardEvents
    : C extends RoomChannel
      ? RoomEvents
      : C extends StatusChannel
        ? StatusEvents
        : NotificationEvents;

export interface ChannelEvent<T = unknown> {
  type: string;
  channel: string;
  /** Where the event is numbered, and can be recovered. */
  seq?: number;
  ts: string;
  payload: T;
  /** This client made the change, and has been answered. */
  own?: true;
}

/** Per lesson in chat, one number on boards and for notifications. */
export type SinceOf<C extends Channel> = C extends ChatChannel
  ? Record<string, number>
  : C extends StatusChannel | RoomChannel
    ? undefined
    : number;

interface Recovery {
  channel: string;
  epoch: string;
  recovered?: boolean;
  reason?: string;
}

export type AckOf<C extends Channel> = C extends ChatChannel
  ? Recovery & { positions: Record<string, number>; not_recovered?: Record<string, string> }
  : C extends BoardChannel
    ? Recovery & { seq: number; board: "draw" | "view" }
    : C extends RoomChannel
      ? RoomAck
      : C extends StatusChannel
        ? { channel: string; online_ids: number[] }
        : Recovery & { seq: number; unread: number };

export interface Patched {
  /** null when nothing changed. */
  seq: number | null;
  accepted: string[];
  rejected: string[];
  /** What won over the rejected elements. */
  current: BoardElement[];
}

export interface Snapshot {
  seq: number;
  epoch: string;
  elements: BoardElement[];
  taken_at: string;
}

interface Elements {
  elements: BoardElement[];
}

/** Commands that need no channel: payload and ack. */
export interface Commands {
  "ping": [Record<string, never>, { server_time: string }];
  "chat.typing": [{ lesson_id: number }, Record<string, never>];
  "chat.read": [{ lesson_id: number; seq: number }, { seq: number }];
}

/** Commands of a board that is subscribed to: payload and ack. */
export interface BoardCommands {
  "board.patch": [Elements, Patched];
  "board.reset": [Record<string, never>, { seq: number }];
  "board.snapshot.send": [Elements, { seq: number }];
  "board.snapshot.request": [Record<string, never>, Snapshot];
  "board.cursor.move": [{ x: number; y: number; [field: string]: unknown }, Record<string, never>];
  "board.preview": [BoardPreview, Record<string, never>];
}

/** Commands of a channel that is subscribed to. */
export type CommandsOf<C extends Channel> = C extends BoardChannel
  ? BoardCommands
  : C extends RoomChannel
    ? RoomCommands
    : Record<never, [unknown, unknown]>;
