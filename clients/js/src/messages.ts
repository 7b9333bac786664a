// Messages and files on the wire, as the server's docs/http.md describes them.

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
  /** Whoever deleted it: its author, or a tutor. */
  deleted_by: number | null;
  files: MessageFile[];
}

/** What a student wrote in a moderated chat: no message until a tutor approves it. */
export interface HeldMessage {
  held_id: number;
  lesson_id: number;
  author: { id: number; name: string };
  text: string;
  files: MessageFile[];
  client_id: string | null;
  created_at: string;
}

/** What became of a held message. */
export interface HeldDecision {
  held_id: number;
  lesson_id: number;
  approved: boolean;
  /** The message that it is now. */
  message_id: number | null;
  by: number;
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

export interface ChatEvents {
  "chat.message.new": Message;
  "chat.message.edited": Message;
  "chat.message.deleted": Message;
  "chat.typing": { lesson_id: number; user_id: number };
  "chat.read": { lesson_id: number; user_id: number; seq: number };
  "chat.joined": Membership;
  "chat.left": Membership;
  "chat.held.new": HeldMessage;
  "chat.held.decided": HeldDecision;
}
