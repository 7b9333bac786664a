import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "rtserver-client";
import { noChat } from "../src/state/chat.ts";
import { rowsOf } from "../src/state/chatRows.ts";
import { dayOf } from "../src/texts/times.ts";

const ME = 4;

function message(id: number, at: string, author = 2, more: Partial<Message> = {}): Message {
  const made = { id, lesson_id: 1, seq: id, created_seq: id, author: { id: author, name: "" }, text: "" };
  const what = { edited_at: null, deleted: false, client_id: null, deleted_by: null, files: [] };
  return { ...made, ...what, created_at: `2026-12-${at}:00Z`, ...more };
}

function kinds(messages: Message[], line: number | null = null): string[] {
  const rows = rowsOf({ ...noChat(ME), messages, line }, (at) => dayOf(at, "Europe/Kyiv"));
  return rows.map((row) => (row.kind === "message" ? `${row.isFirst ? "first " : ""}${row.message.id}` : row.kind));
}

test("each day has a line, in the reader's own zone", () => {
  const messages = [message(1, "01T21:55"), message(2, "01T21:58"), message(3, "01T22:01")];

  assert.deepEqual(kinds(messages), ["day", "first 1", "2", "day", "first 3"]);
});

test("what somebody writes in one go stands together", () => {
  const messages = [message(1, "01T10:00"), message(2, "01T10:04"), message(3, "01T10:30"), message(4, "01T10:31", ME)];

  assert.deepEqual(kinds(messages), ["day", "first 1", "2", "first 3", "first 4", "read"]);
});

test("a line stands before the first message that is unread, and not above all", () => {
  const messages = [message(1, "01T10:00"), message(2, "01T10:01", ME), message(3, "01T10:02"), message(4, "01T10:03")];

  assert.deepEqual(kinds(messages, 2), ["day", "first 1", "first 2", "read", "unread", "first 3", "4"]);
  assert.deepEqual(kinds(messages, 0), ["day", "first 1", "first 2", "read", "first 3", "4"]);
});

test("one's own messages of another device don't hide where the unread ones begin", () => {
  const messages = [message(1, "01T10:00"), message(2, "01T10:01", ME), message(3, "01T10:02")];

  assert.deepEqual(kinds(messages, 1), ["day", "first 1", "first 2", "read", "unread", "first 3"]);
});

test("what a tutor removed leaves a trace, and what its author took back none", () => {
  const gone = { deleted: true, text: "" };
  const removed = message(2, "01T10:01", 2, { ...gone, deleted_by: 1 });
  const taken = message(3, "01T10:02", 2, { ...gone, deleted_by: 2 });

  assert.deepEqual(kinds([message(1, "01T10:00"), removed, taken]), ["day", "first 1", "removed"]);
});
