// What goes out is rounded and short, and the scene's own object stays as it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, isEmpty, outgoing } from "../dist/outgoing.js";

test("coordinates are rounded to 0.1 in a copy, angles are not", () => {
  const drawn = { id: "a", version: 2, versionNonce: 1, x: 1.2345, points: [[0, 0], [3.14159, -2.71828]], pressures: [0.123456], angle: 0.7853 };

  const sent = outgoing(drawn);

  assert.deepEqual(sent, { ...drawn, x: 1.2, points: [[0, 0], [3.1, -2.7]], pressures: [0.12] });
  assert.equal(drawn.x, 1.2345);
});

test("the ends of an elbow's segments are rounded like its points", () => {
  const [segment] = outgoing({ id: "a", version: 1, fixedSegments: [{ index: 2, start: [1.26, 0], end: [1.26, 9.99] }] }).fixedSegments;

  assert.deepEqual(segment, { index: 2, start: [1.3, 0], end: [1.3, 10] });
});

test("a deleted element goes without its drawing", () => {
  const sent = outgoing({ id: "a", version: 3, versionNonce: 4, isDeleted: true, type: "freedraw", points: [[0, 0]] });

  assert.deepEqual(sent, { id: "a", version: 3, versionNonce: 4, isDeleted: true });
  assert.equal(bytesOf({ id: "ґ", version: 1 }), 23);
});

test("what Excalidraw has only begun is empty", () => {
  assert.equal(isEmpty({ id: "a", version: 1, width: 0, height: 0 }), true);
  assert.equal(isEmpty({ id: "a", version: 1, width: 0, height: 0, points: [[0, 0], [0, 0]] }), false);
  assert.equal(isEmpty({ id: "a", version: 1, width: 0, height: 0, points: [[0, 0]] }), true);
});
