// A stroke is shown while it is drawn, and goes to the board seldom.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { Binding } from "../dist/binding.js";
import { Pen } from "../dist/pen.js";
import { over } from "../dist/previews.js";
import { FakeApi, FakeBoard } from "./fakes.js";

const editor = { restore: (element) => (element.points.length > 1 ? { ...element } : undefined), never: "NEVER" };
const points = (count) => Array.from({ length: count }, (_, n) => [n, 2 * n]);
const stroke = (id, count, version = count) =>
  ({ id, version, versionNonce: 5, index: "a1", type: "freedraw", x: 1.234, y: 2, strokeColor: "red", strokeWidth: 2, opacity: 100, width: 9, height: 9, points: points(count) });
const piece = (n, from, to, more = {}) =>
  ({ user_id: 7, id: "s", n, points: points(to).slice(from), ...(n === 0 && { type: "freedraw", x: 1, y: 2, strokeColor: "red" }), ...more });
const pace = () => sleep(60);

async function bound(t, options = {}) {
  const [api, board] = [new FakeApi(), new FakeBoard()];
  const binding = new Binding(api, board, editor, options);
  t.after(binding.close);
  const change = () => (binding.onChange(api.elements, api.state), pace());
  await change();
  return { api, board, binding, change };
}

/** What is under the pen in a scene, as Excalidraw changes it. */
function draw(api, count) {
  const element = api.elements.find(({ id }) => id === "s") ?? stroke("s", 1);
  Object.assign(element, { points: points(count), version: count });
  api.elements = [...api.elements.filter(({ id }) => id !== "s"), element];
  api.state.newElement = element;
}

test("under the pen only the new points go out, and the element when it is up", async (t) => {
  const { api, board, change } = await bound(t);
  for (const count of [1, 5, 9]) {
    draw(api, count);
    await change();
  }
  assert.deepEqual(board.drawn, []);
  const [preview] = board.previews;
  assert.deepEqual(preview.looks, { type: "freedraw", index: "a1", x: 1.2, y: 2, strokeColor: "red", strokeWidth: 2, opacity: 100 });
  assert.deepEqual([board.previews.length, preview.points], [1, points(9)]);

  api.state.newElement = null; // and nothing of the element has changed since
  await change();

  assert.deepEqual(board.drawn.map(({ id, points }) => [id, points.length]), [["s", 9]]);
  assert.ok(preview.isOver);
});

test("a long stroke goes out every 2 s, also while the pen rests", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  let dues = 0;
  const pen = new Pen(new FakeBoard(), () => void dues++);
  const sent = [];
  for (let count = 1; now <= 5_000; count++, now += 100) {
    const scene = [stroke("s", count)];
    if (pen.sift(scene, scene, "s").length) sent.push(now);
    t.mock.timers.tick(100);
  }
  assert.deepEqual([sent, dues], [[2_000, 4_000], 2]);
  const resting = [stroke("s", 99)];
  assert.deepEqual(pen.sift(resting, resting, "s"), []);
  now = 6_000;
  t.mock.timers.tick(1_000);
  assert.equal(dues, 3);
  assert.deepEqual(pen.sift(resting, [], "s"), resting);
});

test("a right that ends in the middle of a stroke takes it back", async (t) => {
  const { api, board, change } = await bound(t);
  draw(api, 5);
  await change();

  board.canDraw = false;
  board.tell("board.rights", {});
  api.state.newElement = null;
  await change();

  assert.deepEqual([api.elements, board.drawn, board.previews[0].isOver], [[], [], true]);
});

test("whoever closes in the middle of a stroke has sent it", async (t) => {
  const { api, board, binding, change } = await bound(t);
  draw(api, 5);
  await change();

  await binding.close();

  assert.deepEqual(board.drawn.map(({ points }) => points.length), [5]);
});

test("another's stroke is seen while it is drawn, can't be taken, isn't sent, and becomes the element", async (t) => {
  const { api, board, change } = await bound(t);
  board.tell("board.preview", piece(0, 0, 3));
  board.tell("board.preview", piece(1, 3, 6));
  await pace();
  const [shown] = api.elements;
  assert.deepEqual([shown.points.length, shown.locked, shown.x, shown.strokeColor], [6, true, 1, "red"]);
  assert.deepEqual(new Set(api.updates), new Set(["NEVER"]));

  Object.assign(shown, { x: 50, version: 1 }); // as by a script
  await change();
  assert.equal(api.elements[0].x, 1);

  board.tell("board.patch", { elements: [stroke("s", 5, 1)] }); // behind what is seen already
  await pace();
  assert.equal(api.elements[0].points.length, 6);
  board.tell("board.preview", piece(2, 6, 8));
  board.tell("board.patch", { elements: [stroke("s", 8, 2)] });
  await pace();
  assert.deepEqual([api.elements[0].version, api.elements[0].locked, board.drawn], [2, undefined, []]);
  api.elements[0].version = 3;
  await change();
  assert.deepEqual(board.drawn.map(({ version }) => version), [3]);
});

test("what is no stroke isn't shown, nor one that was deleted", () => {
  const drawn = { fields: { type: "freedraw" }, points: points(3), pieces: 1 };
  assert.equal(over("s", drawn, undefined).points.length, 3);
  assert.equal(over("s", { ...drawn, fields: { type: "iframe" } }, undefined), undefined);
  assert.equal(over("s", undefined, undefined), undefined);
  assert.equal(over("s", drawn, { id: "s", version: 4, isDeleted: true }), undefined);
});

test("whoever closes sees no stroke any more that isn't on the board", async (t) => {
  const { api, board, binding } = await bound(t);
  board.tell("board.preview", piece(0, 0, 3));
  await pace();
  assert.equal(api.elements.length, 1);

  await binding.close();

  assert.deepEqual(api.elements, []);
});

test("a cursor has its name from the room, and goes when its owner leaves it", async (t) => {
  const listeners = new Map();
  const room = {
    state: { lesson: { members: [{ user_id: 7, name: "Olena" }] } },
    on: (type, listener) => (listeners.set(type, listener), () => listeners.delete(type)),
  };
  const { api, board, binding } = await bound(t, { room });
  board.tell("board.cursor.move", { user_id: 7, x: 1, y: 2 });
  await pace();
  assert.equal(api.collaborators.get("7").username, "Olena");

  listeners.get("room.left")({ user_id: 7 });
  await pace();

  assert.equal(api.collaborators.size, 0);
  await binding.close();
  assert.equal(listeners.size, 0);
});
