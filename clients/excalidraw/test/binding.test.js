// What is drawn goes out, and what comes in is shown, when Excalidraw is there for it.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { Binding } from "../dist/binding.js";
import { FakeApi, FakeBoard } from "./fakes.js";

const editor = { restore: (element) => ({ ...element }), never: "NEVER" };
const shape = (id, version = 1, more = {}) =>
  ({ id, version, versionNonce: 5, index: `a${id}`, type: "line", width: 9, height: 9, x: 1, ...more });
const ids = (elements) => elements.map(({ id }) => id);
const pace = () => sleep(60);

async function bound(kept = [], options = {}) {
  const [api, board, told] = [new FakeApi(), new FakeBoard(), []];
  board.kept = kept;
  const binding = new Binding(api, board, editor, {
    onRefused: ({ code }, { id }) => told.push([code, id]), onCanDraw: (can) => told.push(can), ...options,
  });
  await pace();
  const change = () => (binding.onChange(api.elements, api.state), pace());
  return { api, board, binding, told, change };
}

/** Bound to a board that hasn't come yet: `come` gives its snapshot. */
function late(t) {
  const [api, board, waiting] = [new FakeApi(), new FakeBoard(), []];
  let come;
  const coming = new Promise((resolve) => (come = resolve));
  Object.assign(board, { canDraw: false, snapshot: () => coming });
  const binding = new Binding(api, board, editor, { onUnanswered: (elements) => waiting.push(ids(elements)) });
  t.after(binding.close);
  const begin = (...elements) => binding.onChange((api.elements = elements), api.state);
  return { api, board, waiting, come, begin };
}

test("nothing is given to Excalidraw before it has loaded", async (t) => {
  const { api, board, binding, change } = await bound([shape("1")]);
  t.after(binding.close);
  board.tell("board.patch", { elements: [shape("2")] });
  api.state.isLoading = true;
  await change();
  assert.deepEqual(api.updates, []);

  api.state.isLoading = false;
  await change();
  assert.deepEqual(api.elements.map(({ id }) => id), ["1", "2"]);
  assert.deepEqual(api.updates, ["NEVER"]);
  assert.deepEqual(board.drawn, []);
});

test("only what was changed here goes out, once, and not what is only begun", async (t) => {
  const { api, board, binding, change } = await bound([shape("1"), shape("2")]);
  t.after(binding.close);
  await change();

  Object.assign(api.elements[0], { x: 2.345, version: 2 });
  api.elements = [...api.elements, shape("3", 1, { width: 0, height: 0 }), shape("4", 1, { isDeleted: true })];
  await change();
  await change();

  assert.deepEqual(board.drawn.map(({ id, version, x }) => [id, version, x]), [["1", 2, 2.3]]);
});

test("what is under one's hands is left there until it is let go", async (t) => {
  const { api, board, binding, change } = await bound([shape("1")]);
  t.after(binding.close);
  await change();
  const held = api.elements[0];
  api.state.editingTextElement = held;
  board.tell("board.patch", { elements: [shape("1", 7), shape("2")] });
  await pace();
  assert.equal(api.elements.find(({ id }) => id === "1"), held);
  assert.equal(api.elements.length, 2);

  api.state.editingTextElement = null;
  await change();
  assert.equal(api.elements[0].version, 7);
});

test("a screen that hears of a drawing and of its replacement at once shows the same as the others", async (t) => {
  const scenes = [];
  for (const pause of [pace, () => {}]) {
    const { api, board, binding, change } = await bound();
    t.after(binding.close);
    await change();
    board.tell("board.patch", { elements: [shape("X", 1, { index: "a7" })] });
    await pause();
    board.tell("board.snapshot.send", { elements: [shape("new", 1, { index: "a7" })] });
    await pace();
    scenes.push(api.elements.filter(({ isDeleted }) => !isDeleted));
  }

  assert.deepEqual(scenes[0], scenes[1]);
});

test("who may only look sees the board as it is, and is told so", async (t) => {
  const { api, board, binding, told, change } = await bound([shape("1")]);
  t.after(binding.close);
  await change();
  board.canDraw = false;
  board.tell("board.rights", {});
  Object.assign(api.elements[0], { x: 99, version: 2 });
  api.elements = [...api.elements, shape("2")];
  await change();

  assert.deepEqual(told, [true, false]);
  assert.deepEqual(api.elements.map(({ id, x, version }) => [id, x, version]), [["1", 1, 1]]);
  assert.deepEqual(board.drawn, []);
});

test("what can't be replayed is loaded: what the board hasn't any more is gone, what is new here stays", async (t) => {
  const { api, board, binding, change } = await bound([shape("1"), shape("2")]);
  t.after(binding.close);
  await change();
  api.elements = [...api.elements, shape("3")];
  board.kept = [{ id: "2", version: 2, versionNonce: 1, isDeleted: true }];
  board.tell("subscribed", { recovered: false });
  await pace();

  assert.deepEqual(api.elements.map(({ id, isDeleted }) => [id, !!isDeleted]), [["2", true], ["3", false]]);
  assert.deepEqual(board.drawn.map(({ id }) => id), ["3"]);
});

test("what is over the limit isn't sent and is told once, until it is smaller", async (t) => {
  const { api, board, binding, told, change } = await bound([], { elementBytes: 200 });
  t.after(binding.close);
  for (const version of [1, 2]) {
    api.elements = [shape("1", version, { text: "x".repeat(200 + version) })];
    await change();
  }
  assert.deepEqual([told, board.drawn], [[true, ["too_large", "1"]], []]);
  api.elements = [shape("1", 3)];
  await change();
  assert.deepEqual(board.drawn.map(({ version }) => version), [3]);
});

test("what the server refuses stays here, but not in a cancelled lesson", async (t) => {
  const { api, board, binding, told, change } = await bound();
  t.after(binding.close);
  board.refusals = new Map([["1", "limit_exceeded"], ["2", "conflict"]]);
  api.elements = [shape("1"), shape("2")];
  await change();
  binding.onPointerUpdate({ pointer: { x: 1.234, y: 2, tool: "pointer" }, button: "down" });
  binding.onPointerUpdate({ pointer: { x: 1, y: 2, tool: "pointer" }, button: "up" });
  await pace();
  await pace();

  assert.deepEqual(told, [true, ["limit_exceeded", "1"], ["conflict", "2"]]);
  assert.deepEqual(api.elements.map(({ id }) => id), ["1"]);
  assert.equal(board.commands[0].x, 1.2);
});

test("closing sends what was drawn, takes all cursors away, and leaves the rest alone", async () => {
  const { api, board, binding, change } = await bound([shape("1")]);
  await change();
  board.tell("board.cursor.move", { user_id: 7, x: 1, y: 2 });
  binding.onPointerUpdate({ pointer: { x: 1, y: 2, tool: "pointer" }, button: "up" });
  await pace();
  assert.equal(api.collaborators.size, 1);
  api.elements = [...api.elements, shape("2")];

  await binding.close();

  assert.deepEqual(board.drawn.map(({ id }) => id), ["2"]);
  assert.equal(api.collaborators.size, 0);
  assert.equal(board.commands.at(-1).gone, true);
  assert.equal(board.listeners.size, 0);
});

test("the page is told what waits for an answer, until it is there", async (t) => {
  const waiting = [];
  const onUnanswered = (elements) => waiting.push(elements.map(({ id, version }) => [id, version]));
  const { api, board, binding, change } = await bound([], { onUnanswered });
  t.after(binding.close);
  api.elements = [shape("1"), shape("2")];
  await change();
  Object.assign(api.elements[0], { version: 2 });
  await change();
  board.tell("board.patch", { elements: [shape("1", 2)] });
  board.tell("board.patch", { elements: [shape("2")] });
  await change();

  assert.deepEqual(waiting, [[["1", 1], ["2", 1]], [["1", 2], ["2", 1]], []]);
});

test("what the page has kept and the board has already waits no longer", async (t) => {
  const waiting = [];
  const { api, binding, change } = await bound([shape("1")], { onUnanswered: (elements) => waiting.push(elements) });
  t.after(binding.close);
  api.elements = [shape("1")];
  await change();

  assert.deepEqual(waiting, [[]]);
});

test("what the page has kept is sent, however late the board comes, and waits until it is stored", async (t) => {
  const { board, waiting, come, begin } = late(t);
  begin(shape("1"));
  board.canDraw = true;
  board.tell("subscribed", {});
  await pace();
  assert.deepEqual([ids(board.drawn), waiting], [["1"], [["1"]]]);

  come({ elements: [] });
  await pace();
  board.tell("board.patch", { elements: [shape("1")] });
  await pace();
  assert.deepEqual([ids(board.drawn), waiting], [["1"], [["1"], []]]);
});

test("what the page has kept goes when an empty board comes that one may only look at", async (t) => {
  const { api, board, waiting, come, begin } = late(t);
  begin(shape("1"));
  await pace();
  assert.deepEqual(ids(api.elements), ["1"]);

  come({ elements: [] });
  await pace();
  assert.deepEqual([api.elements, board.drawn, waiting], [[], [], []]);
});

test("what the page has kept waits until one may draw, and then stands on what is stored meanwhile", async (t) => {
  const { api, board, waiting, come, begin } = late(t);
  begin(shape("1"), shape("2", 2), shape("3"));
  come({ elements: [shape("2"), shape("3")] });
  await pace();
  board.tell("board.patch", { elements: [shape("3", 2)] });
  await pace();
  assert.deepEqual(api.elements.map(({ id, version }) => [id, version]), [["2", 1], ["3", 2]]);
  assert.deepEqual(waiting, []);

  board.canDraw = true;
  board.tell("board.rights", {});
  await pace();
  assert.deepEqual(api.elements.map(({ id, version }) => [id, version]), [["1", 1], ["2", 2], ["3", 2]]);
  assert.deepEqual([ids(board.drawn), waiting], [["1", "2"], [["1", "2"]]]);
});

test("nobody waits for what was refused", async (t) => {
  const waiting = [];
  const onUnanswered = (elements) => waiting.push(elements.length);
  const { api, board, binding, change } = await bound([], { onUnanswered, onRefused: () => {} });
  t.after(binding.close);
  board.refusals.set("1", "too_large");
  api.elements = [shape("1")];
  await change();
  await sleep(700);

  assert.deepEqual(waiting, [1, 0]);
});

test("who is followed tells with the cursor what there is to be seen, and on demand", async (t) => {
  let seen;
  const { board, binding } = await bound([], { viewport: () => seen });
  t.after(binding.close);
  binding.look();
  assert.deepEqual(board.commands, []);

  seen = { x: 0, y: 10, width: 100.04, height: 50 };
  binding.look();
  await pace();
  binding.onPointerUpdate({ pointer: { x: 1, y: 2, tool: "laser" }, button: "down" });
  const told = board.commands.map(({ x, y, viewport }) => [x, y, viewport.width]);
  assert.deepEqual(told, [[50, 35, 100], [1, 2, 100]]);
});
