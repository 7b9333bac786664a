// What comes twice, too late or too early.

import assert from "node:assert/strict";
import { test } from "node:test";
import { earliest, positionOf, union } from "../dist/position.js";

const ME = 7;
const chatAt = (since) => positionOf("chat:user:7", () => ME, since);
const message = (lesson_id, seq) => ({ type: "chat.message.new", seq, payload: { lesson_id, seq } });
const joined = (lesson_id, seq, user_id = ME) => ({ type: "chat.joined", payload: { lesson_id, user_id, seq } });
const patch = (seq) => ({ type: "board.patch", seq, payload: {} });

function opened(position, ack) {
  position.ask();
  return position.opened(ack);
}

test("a board passes each seq on once, in order, and finds the gap", () => {
  const board = positionOf("board:lesson:3", () => ME, undefined);
  assert.equal(board.judge(patch(5)), "drop"); // before the ack, of an earlier subscription
  opened(board, { seq: 5 });

  const verdicts = [5, 6, 6, 8, 7, 8].map((seq) => board.judge(patch(seq)));

  assert.deepEqual(verdicts, ["drop", "pass", "drop", "gap", "pass", "pass"]);
  assert.equal(board.judge({ type: "board.cursor.move", payload: {} }), "pass");
});

test("a board that is recovered stays where it was, since the replay follows", () => {
  const board = positionOf("board:lesson:3", () => ME, 5);

  assert.deepEqual(opened(board, { seq: 9, recovered: true }), { reloads: [] });
  assert.equal(board.since, 5);
  assert.deepEqual(opened(board, { seq: 9, recovered: false, reason: "trimmed" }), { reloads: [{ reason: "trimmed" }] });
  assert.equal(board.since, 9);
});

test("a board's replay may skip numbers, and what follows it may not", () => {
  const board = positionOf("board:lesson:3", () => ME, 5);
  opened(board, { seq: 12, recovered: true });

  const verdicts = [8, 11, 14, 13, 14].map((seq) => board.judge(patch(seq)));

  assert.deepEqual(verdicts, ["pass", "pass", "gap", "pass", "pass"]);
});

test("several positions ask from the earliest, lesson by lesson", () => {
  assert.equal(earliest([undefined, undefined]), undefined);
  assert.equal(earliest([7, undefined, 5]), 5);
  assert.deepEqual(earliest([{ 3: 7, 4: 1 }, undefined, { 3: 5, 6: 2 }]), { 3: 5, 4: 1, 6: 2 });
  assert.deepEqual(union([{ reason: "epoch" }, { reason: "epoch" }]), [{ reason: "epoch" }]);
  assert.deepEqual(union([{ reason: "x", lessons: [1] }, { reason: "x", lessons: [1, 2] }]), [{ reason: "x", lessons: [1, 2] }]);
});

test("a chat passes each message on once, and waits for no number", () => {
  const chat = chatAt();
  opened(chat, { positions: { 3: 12 } });

  assert.deepEqual([12, 14, 13, 14].map((seq) => chat.judge(message(3, seq))), ["drop", "pass", "drop", "drop"]);
});

test("what a replay will bring is dropped until its ack, and nothing else", () => {
  const chat = chatAt();
  opened(chat, { positions: { 3: 12 } });
  chat.ask();

  assert.equal(chat.judge(message(3, 20)), "drop");
  assert.equal(chat.judge(joined(4, 7)), "pass");
  assert.equal(chat.judge(message(4, 8)), "pass");
  chat.opened({ positions: { 3: 20, 4: 8 }, recovered: true });
  assert.deepEqual([13, 20].map((seq) => chat.judge(message(3, seq))), ["pass", "pass"]);
});

test("a lesson joined while it was asked, and passed over since, is asked for again", () => {
  const chat = chatAt({ 3: 12 });
  chat.ask();
  chat.judge(joined(4, 7));

  assert.equal(chat.opened({ positions: { 3: 12, 4: 9 }, recovered: true }).again, true);
  assert.deepEqual(chat.ask(), { 3: 12, 4: 7 });
  assert.equal(chat.opened({ positions: { 3: 12, 4: 9 }, recovered: true }).again, false);
});

test("lessons that are left are forgotten, those of others are not", () => {
  const chat = chatAt({ 3: 12, 4: 7, 5: 1 });
  opened(chat, { positions: { 3: 12, 5: 1 }, recovered: true });
  chat.judge({ type: "chat.left", payload: { lesson_id: 3, user_id: 8 } });
  chat.judge({ type: "chat.left", payload: { lesson_id: 5, user_id: ME } });

  assert.deepEqual(chat.since, { 3: 12 });
});

test("lessons that can't be recovered are named by their reason, and go on from the ack", () => {
  const chat = chatAt({ 3: 99, 4: 7, 5: 1 });
  const failed = { 3: "ahead", 5: "too_many" };

  const { reloads } = opened(chat, { positions: { 3: 15, 4: 9, 5: 600 }, recovered: false, not_recovered: failed });

  assert.deepEqual(reloads, [{ reason: "ahead", lessons: [3] }, { reason: "too_many", lessons: [5] }]);
  assert.deepEqual(chat.since, { 3: 15, 4: 7, 5: 600 });
});

test("lessons that are new at the return are named as joined, at the beginning they aren't", () => {
  const chat = chatAt();

  assert.deepEqual(opened(chat, { positions: { 3: 12 } }).reloads, []);
  assert.deepEqual(opened(chat, { positions: { 3: 12, 4: 5 } }).reloads, [{ reason: "joined", lessons: [4] }]);
});
