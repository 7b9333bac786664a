// Cursors come with a name, and go.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Cursors } from "../dist/cursors.js";

test("a cursor has its owner's name, and goes when they leave, or after some seconds without a move", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const cursors = new Cursors(10, (id) => ({ 7: "Olena" })[id], () => {});

  cursors.move({ user_id: 7, x: 1, y: 2, tool: "laser", button: "down" });
  cursors.move({ user_id: 8, x: 1, y: 2, username: "Olena", tool: "<b>" });
  mock.timers.tick(9_000);
  cursors.move({ user_id: 8, x: 3, y: 4 });
  assert.deepEqual([...cursors.all.values()], [
    { id: "7", username: "Olena", pointer: { x: 1, y: 2, tool: "laser" }, button: "down" },
    { id: "8", pointer: { x: 3, y: 4, tool: "pointer" }, button: "up" },
  ]);
  mock.timers.tick(1_000);
  assert.deepEqual([...cursors.all.keys()], ["8"]);
  cursors.move({ user_id: 8, x: 3, y: 4, gone: true });
  assert.equal(cursors.all.size, 0);
  mock.timers.reset();
});

test("a cursor that is nowhere isn't shown", () => {
  const cursors = new Cursors(10, () => undefined, () => {});
  cursors.move({ user_id: 7, x: "1", y: null });
  assert.equal(cursors.all.size, 0);
});
