// All screens show one order, by indices that Excalidraw needn't repair.

import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKeyBetween } from "fractional-indexing"; // Excalidraw's own
import { arranged } from "../dist/order.js";

const element = (id, index, more = {}) => ({ id, version: 1, versionNonce: 7, index, ...more });
const deleted = (id, index) => element(id, index, { isDeleted: true });
const live = (elements) =>
  arranged(elements).filter(({ element }) => !element.isDeleted).map(({ element, index }) => [element.id, index]);

/** What Excalidraw demands of a scene, and of indices that it makes others from. */
function assertSound(places) {
  places.forEach(({ index }, n) => {
    if (n) assert.ok(places[n - 1].index < index, `${places[n - 1].index} < ${index}`);
    if (n) generateKeyBetween(places[n - 1].index, index);
    generateKeyBetween(index, null);
  });
}

test("different indices stay as they are", () => {
  const places = arranged([element("b", "a2"), deleted("c", "a1V"), element("a", "a1")]);

  assert.deepEqual(places.map(({ element, index }) => [element.id, index]), [["a", "a1"], ["c", "a1V"], ["b", "a2"]]);
});

test("equal indices become different ones before the next, those of one index by id", () => {
  for (const next of ["a2", "a11", "a101", "a10000000001", "a1000001V"]) {
    const places = arranged(["c", "a", "b"].map((id) => element(id, "a1")).concat(element("next", next)));

    assert.deepEqual(places.map(({ element }) => element.id), ["a", "b", "c", "next"]);
    assert.deepEqual([places[0].index, places[3].index], ["a1", next]);
    assertSound(places);
  }
});

test("what was deleted changes no other's index, wherever it lay", () => {
  const seen = [element("a", "a1"), element("b", "a1"), element("c", "a2"), element("new", "a7")];
  const alone = live(seen);

  for (const index of ["a0", "a1", "a1000001V", "a1000001", "a2", "a7", "a8", undefined, "!"]) {
    const places = arranged([...seen, deleted("X", index), deleted("x", index)]);
    assertSound(places);
    assert.deepEqual(live([deleted("X", index), ...seen, deleted("x", index)]), alone);
  }
});

test("what has no index, or none that others can be made from, stands last", () => {
  const bad = [undefined, null, 7, "", "a", "!", "~", "b1", "a10", `A${"0".repeat(26)}`, "a1\u0456"];
  const places = arranged([...bad.map((index, n) => element(`bad ${n}`, index)), element("good", "Zz")]);

  assert.equal(places[0].element.id, "good");
  assertSound(places);
  assertSound(arranged([element("alone"), element("too")]));
});
