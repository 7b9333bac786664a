// What of a scene was changed, and in which order what is given to it stands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Scene, shown } from "../dist/scene.js";

const element = (id, index, more = {}) => ({ id, version: 1, versionNonce: 7, index, ...more });

/** What Excalidraw does with equal indices: counted as a change, in place. */
function repair(scene) {
  scene.forEach((each, n) => {
    if (n && each.index <= scene[n - 1].index)
      Object.assign(each, { index: `${scene[n - 1].index}V`, version: each.version + 1, versionNonce: 99 });
  });
}

test("an element is changed when its version or nonce isn't the one last seen", () => {
  const scene = new Scene();
  const [a, b] = [element("a", "a1"), element("b", "a2")];

  assert.deepEqual(scene.changed([a, b]), [a, b]);
  assert.deepEqual(scene.changed([a, b]), []);
  a.version = 2;
  b.versionNonce = 8;
  assert.deepEqual(scene.changed([a, b]), [a, b]);
});

test("what is given isn't a change of one's own, and stands by index and then by id", () => {
  const scene = new Scene();
  const local = [element("b", "a2"), element("gone", "a4")];
  scene.changed(local);
  let given;

  scene.give(local, new Map([["d", element("d", "a1")], ["a", element("a", "a2")], ["gone", undefined]]), (all) => (given = all));

  assert.deepEqual(given.map(({ id }) => id), ["d", "a", "b"]);
  assert.deepEqual(scene.changed(given), []);
});

test("equal indices are repaired for the eye alone: no version rises, however often", () => {
  const scene = new Scene();
  let elements = [];
  for (let n = 0; n < 3; n++)
    scene.give(elements, new Map([["a", element("a", "a1")], ["b", element("b", "a1")]]), (all) => repair(elements = all));

  assert.deepEqual(elements.map(({ version, versionNonce }) => [version, versionNonce]), [[1, 7], [1, 7]]);
  assert.deepEqual(elements.map(({ index }) => index), ["a1", "a1V"]);
  assert.deepEqual(scene.changed(elements), []);
});

test("copies that hear of equal indices in different orders end in one order", () => {
  const all = ["c", "a", "b"].map((id) => [id, element(id, "a1")]);
  const orders = [all, [...all].reverse()].map((given) => {
    const scene = new Scene();
    let elements = [];
    for (const [id, each] of given) scene.give(elements, new Map([[id, { ...each }]]), (next) => repair(elements = next));
    return elements.map(({ id, index }) => [id, index]);
  });

  assert.deepEqual(orders[0], orders[1]);
});

test("a tombstone deletes what is here, keeps its drawing, and shows nothing where there is none", () => {
  const stub = { id: "a", version: 5, versionNonce: 2, isDeleted: true };
  const local = element("a", "a1", { type: "line" });

  assert.deepEqual(shown(stub, local, (each) => each), { ...local, version: 5, versionNonce: 2, isDeleted: true });
  assert.equal(shown(stub, undefined, (each) => each), undefined);
  assert.equal(shown(undefined, local, (each) => each), undefined);
});
