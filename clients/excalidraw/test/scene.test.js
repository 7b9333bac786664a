// What of a scene was changed, and in which order what is given to it stands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Scene, shown } from "../dist/scene.js";
import { repair } from "./fakes.js";

const element = (id, index, more = {}) => ({ id, version: 1, versionNonce: 7, index, ...more });

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

/** A scene that was given elements one after the other, as they came. */
function given(elements) {
  const scene = new Scene();
  let shown = [];
  for (const each of elements) scene.give(shown, new Map([[each.id, { ...each }]]), (all) => repair((shown = all)));
  return { scene, shown };
}

const TIED = [element("c", "a1"), element("a", "a1"), element("b", "a1")];
const indices = (shown) => shown.filter(({ isDeleted }) => !isDeleted).map(({ id, index }) => [id, index]);

test("equal indices are repaired for the eye alone: no version rises, however often", () => {
  const { scene, shown } = given([...TIED, ...TIED]);

  assert.ok(shown.every(({ version, versionNonce }) => version === 1 && versionNonce === 7));
  assert.deepEqual(scene.changed(shown), []);
  assert.equal(scene.isDisordered, false);
});

test("screens that hear of equal indices in different orders, or of what is deleted since, end with the same", () => {
  const gone = element("d", "a1", { isDeleted: true });

  const screens = [TIED, [...TIED].reverse(), [gone, ...TIED], [TIED[0], element("d", "a1"), TIED[1], gone, TIED[2]]];

  const [first, ...others] = screens.map((elements) => indices(given(elements).shown));
  for (const other of others) assert.deepEqual(other, first);
});

test("whose index was repaired keeps it when a hand changes it, as all get it then, and the others follow", () => {
  const { scene, shown } = given(TIED);
  const b = shown.find(({ id }) => id === "b");
  b.version = 2;

  assert.deepEqual(scene.changed(shown), [b]);
  assert.equal(scene.isDisordered, true);
  let after;
  scene.give(shown, new Map(), (all) => (after = all));
  assert.equal(scene.isDisordered, false);
  assert.deepEqual(indices(after), indices(given([...TIED.slice(0, 2), { ...b }]).shown));
});

test("deleting one of equal indices by hand gives the others their own back", () => {
  const { scene, shown } = given(TIED);
  Object.assign(shown[0], { isDeleted: true, version: 2 });
  scene.changed(shown);
  assert.equal(scene.isDisordered, true);
  let after;
  scene.give(shown, new Map(), (all) => (after = all));

  assert.deepEqual(indices(after), indices(given([TIED[0], TIED[2]]).shown));
});

test("a tombstone deletes what is here, keeps its drawing, and shows nothing where there is none", () => {
  const stub = { id: "a", version: 5, versionNonce: 2, isDeleted: true };
  const local = element("a", "a1", { type: "line" });

  assert.deepEqual(shown(stub, local, (each) => each), { ...local, version: 5, versionNonce: 2, isDeleted: true });
  assert.equal(shown(stub, undefined, (each) => each), undefined);
  assert.equal(shown(undefined, local, (each) => each), undefined);
});
