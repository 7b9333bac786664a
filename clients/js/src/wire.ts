// What goes over the wire, as the server's docs/protocol.md and docs/http.md describe it.

export type ChatChannel = `chat:user:${number}`;
export type BoardChannel = `board:lesson:${number}`;
export type NotificationsChannel = `notifications:user:${number}`;
export type StatusChannel = "status:users";
export type Channel = ChatChannel | BoardChannel | NotificationsChannel | StatusChannel;

export interface Welcome {
  protocol: number;
  connection_id: string;
  user: { id: number; name: string; role: "admin" | "tutor" | "student" };
  token_expires_at: string;
  heartbeat_interval: number;
  server_time: string;
  limits: { subscriptions: number; message_bytes: number };
}

export interface Message {
  id: number;
  lesson_id: number;
  seq: number;
  created_seq: number;
  author: { id: number; name: string };
  text: string;
  created_at: string;
  edited_at: string | null;
  deleted: boolean;
  client_id: string | null;
  deleted_by: number | null;
  files: MessageFile[];
}

/** What a message shows. */
export interface MessageFile {
  id: string;
  name: string;
  type: string;
  bytes: number;
}

/** A picture or document of a lesson. */
export interface LessonFile extends MessageFile {
  lesson_id: number;
  user_id: number;
  for: "chat" | "board";
  sha256: string;
  created_at: string;
}

export interface Membership {
  lesson_id: number;
  user_id: number;
  name: string;
  role: "tutor" | "student";
  by: number | null;
  /** In one's own copy of `chat.joined`: the position to start from. */
  seq?: number;
}

export interface BoardElement {
  id: string;
  version: number;
  versionNonce?: number;
  isDeleted?: boolean;
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

export interface ChatEvents {
  "chat.message.new": Message;
  "chat.message.edited": Message;
  "chat.message.deleted": Message;
  "chat.typing": { lesson_id: number; user_id: number };
  "chat.read": { lesson_id: number; user_id: number; seq: number };
  "chat.joined": Membership;
  "chat.left": Membership;
}

export interface BoardEvents {
  "board.patch": { elements: BoardElement[]; user_id: number };
  "board.reset": { user_id: number };
  "board.snapshot.send": { elements: BoardElement[]; user_id: number };
  "board.cursor.move": { user_id: number; x: number; y: number; [field: string]: unknown };
  "board.rights": { user_id: number; board: "draw" | "view" };
}

export interface StatusEvents {
  "user.online": { user_id: number; at: string };
  "user.offline": { user_id: number; at: string };
}

/** A platform may send events of its own: their type is the notification's `event`. */
export type NotificationEvents = Record<string, Notification>;

export type EventsOf<C extends Channel> = C extends ChatChannel
  ? ChatEvents
  : C extends BoardChannel
    ? BoardEvents
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
  : C extends StatusChannel
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
    : C extends StatusChannel
      ? { channel: string; online_ids: number[] }
      : Recovery & { seq: number };

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
}
