// Lessons and their rooms on the wire, as the server's docs/protocol.md and docs/http.md describe them.

import type { Message } from "./messages.js";

export type RoomChannel = `room:lesson:${number}`;

export interface LessonMember {
  user_id: number;
  name: string;
  role: "tutor" | "student";
  state: "invited" | "accepted";
  board: "draw" | "view";
}

export interface Lesson {
  id: number;
  title: string;
  starts_at: string;
  ends_at: string;
  status: "scheduled" | "cancelled";
  chat: "open" | "tutors" | "moderated";
  members: LessonMember[];
  /** With `?summary=true`, in lessons of which one is an accepted member. */
  summary?: LessonSummary;
}

/** What one has of a lesson. */
export interface LessonSummary {
  /** Others' messages that one hasn't read, at most 100, which means more. */
  unread: number;
  seq: number;
  /** One's own mark. */
  read: number;
  last_message: Message | null;
  /** The ids of who is in the room. */
  present: number[];
  /** The undecided messages that one may see. */
  held: number;
}

export type Reaction = "yes" | "no" | "done" | "help";

/** Somebody in a room. */
export interface RoomPerson {
  user_id: number;
  entered_at: string;
  /** Since when their hand is up. */
  hand: string | null;
  reaction: Reaction | null;
}

export interface RoomEvents {
  "room.entered": { user_id: number; at: string };
  "room.left": { user_id: number; at: string };
  "room.reaction": { user_id: number; hand: string | null; reaction: Reaction | null };
  "room.lead": { user_id: number | null };
  "lesson.changed": { lesson: Lesson };
}

export interface RoomAck {
  channel: string;
  lesson: Lesson;
  present: RoomPerson[];
  /** Whose board all are asked to follow. */
  lead: number | null;
}

/** Commands of a room that is subscribed to: payload and ack. */
export interface RoomCommands {
  "room.react": [
    { hand?: boolean; reaction?: Reaction | null; user_id?: number; all?: boolean },
    Record<string, never>,
  ];
  "room.lead": [{ on: boolean }, Record<string, never>];
}
