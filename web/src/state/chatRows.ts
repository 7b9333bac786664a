// What of a chat stands below what: days, the line of what is unread, messages in groups.

import type { Message } from "rtserver-client";
import type { Chat } from "./chat.ts";

export type Row =
  | { kind: "day"; key: string; at: string }
  | { kind: "unread"; key: string }
  | { kind: "removed"; key: string; message: Message }
  /** Who has read one's own last message. */
  | { kind: "read"; key: string; message: Message }
  /** `isFirst`: who wrote it, and when, is told anew. */
  | { kind: "message"; key: string; message: Message; isFirst: boolean };

const TOGETHER = 5 * 60_000; // milliseconds in which somebody's messages stand as one

export function rowsOf(state: Chat, dayOf: (at: string) => string): Row[] {
  const rows: Row[] = [];
  const shown = state.messages.filter(isShown);
  const lastOwn = shown.findLast(({ author, deleted }) => author.id === state.me && !deleted);
  const firstUnread = shown.find((message) => isUnread(state, message));
  shown.forEach((message, n) => {
    const before = shown[n - 1];
    if (!before || dayOf(before.created_at) !== dayOf(message.created_at)) rows.push(dayRow(message));
    if (before && message === firstUnread) rows.push({ kind: "unread", key: "unread" });
    rows.push(rowOf(message, rows.at(-1)));
    if (message === lastOwn) rows.push({ kind: "read", key: "read", message });
  });
  return rows;
}

/** What its author took back isn't shown at all. */
function isShown({ deleted, deleted_by, author }: Message): boolean {
  return !deleted || (deleted_by !== null && deleted_by !== author.id);
}

function isUnread({ line, me }: Chat, { created_seq, author, deleted }: Message): boolean {
  return line !== null && created_seq > line && author.id !== me && !deleted;
}

function dayRow({ id, created_at }: Message): Row {
  return { kind: "day", key: `day ${id}`, at: created_at };
}

function rowOf(message: Message, above: Row | undefined): Row {
  const key = String(message.id);
  if (message.deleted) return { kind: "removed", key, message };
  const isFirst = above?.kind !== "message" || !areTogether(above.message, message);
  return { kind: "message", key, message, isFirst };
}

function areTogether(one: Message, next: Message): boolean {
  const pause = Date.parse(next.created_at) - Date.parse(one.created_at);
  return one.author.id === next.author.id && pause < TOGETHER;
}
