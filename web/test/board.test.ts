import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../src/room/board/encode.ts";
import { difference, Kept } from "../src/room/board/kept.ts";
import { gathered, outline } from "../src/room/board/outline.ts";
import { squareAt } from "../src/room/board/paper.ts";
import { COLOURS, inkOf, toolOf } from "../src/room/board/tools.ts";
import { isLater } from "../src/room/board/useIsInFront.ts";
import { asViewport, frameFor, viewportOf } from "../src/room/board/viewport.ts";

test("pen and marker are told apart by their ink, and black ink marks in yellow", () => {
  for (const tool of ["select", "pen", "marker", "eraser", "text", "laser", "arrow"] as const) {
    const { type, ink } = inkOf(tool, COLOURS[1]);
    assert.equal(toolOf(type, ink), tool);
    assert.equal(ink.currentItemStrokeColor, COLOURS[1]);
  }
  assert.equal(toolOf("embeddable", inkOf("pen", COLOURS[0]).ink), undefined);
  assert.notEqual(inkOf("marker", COLOURS[0]).ink.currentItemStrokeColor, COLOURS[0]);
});

test("who follows sees all that the other sees, in the middle", () => {
  const wide = viewportOf({ scrollX: 10, scrollY: -20, zoom: 2, width: 800, height: 400 });
  assert.deepEqual(wide, { x: -10, y: 20, width: 400, height: 200 });

  const phone = { width: 200, height: 400 };
  const seen = viewportOf({ ...frameFor(wide, phone), ...phone });
  assert.deepEqual(seen, { x: -10, y: 20 - 300, width: 400, height: 800 });
});

test("of two tabs whose words cross one is in front", () => {
  const [one, other] = [
    { at: 1000, tab: "a" },
    { at: 1010, tab: "b" },
  ];
  assert.deepEqual([isLater(other, one), isLater(one, other)], [true, false]);

  const atOnce = { ...other, at: 1000 };
  assert.notEqual(isLater(atOnce, one), isLater(one, atOnce));
});

test("nobody looks at what is no part of a board", () => {
  assert.equal(asViewport(undefined), undefined);
  assert.equal(asViewport({ x: 0, y: 0, width: 0, height: 5 }), undefined);
  assert.equal(asViewport({ x: 0, y: Number.NaN, width: 5, height: 5 }), undefined);
  assert.ok(asViewport({ x: 0, y: 0, width: 5, height: 5 }));
});

test("the paper's squares stay of a size that one sees", () => {
  assert.equal(squareAt(1), 24);
  for (const zoom of [0.1, 0.5, 2, 30]) assert.ok(squareAt(zoom) >= 14 && squareAt(zoom) <= 60, String(zoom));
});

test("only what has changed is written, and what was answered is removed", () => {
  const marks = new Map<string, string>();
  const [one, two] = [
    { id: "1", version: 1, versionNonce: 3 },
    { id: "2", version: 1 },
  ];
  assert.deepEqual(difference(marks, [one, two]), { written: [one, two], gone: [] });
  assert.deepEqual(difference(marks, [one, two]), { written: [], gone: [] });

  const later = { ...one, versionNonce: 4 };
  assert.deepEqual(difference(marks, [later]), { written: [later], gone: ["2"] });
  assert.deepEqual(difference(marks, []), { written: [], gone: ["1"] });
});

test("strokes that a full disk refused are written the next time", async () => {
  const rows = new Set<string>();
  let isFull = false;
  const write = async (_shelf: string, written: readonly { id: string }[], gone: readonly { id: string }[]) => {
    if (isFull) throw new DOMException("full", "QuotaExceededError");
    for (const { id } of written) rows.add(id);
    for (const { id } of gone) rows.delete(id);
  };
  const kept = new Kept(4, 1, { read: async () => [], write });
  const save = async (...ids: string[]) => {
    kept.save(ids.map((id) => ({ id, version: 1 })));
    kept.flush();
    await new Promise(setImmediate);
  };
  await save("1");
  isFull = true;
  await save("2");
  isFull = false;
  await save("2", "3");

  assert.deepEqual([...rows].sort(), ["2", "3"]);
});

test("a picture is made smaller, never larger, and what has sharp edges stays PNG", () => {
  assert.deepEqual(plan("image/jpeg", 4096, 1024), { width: 2048, height: 512, type: "image/jpeg" });
  assert.deepEqual(plan("image/gif", 10, 20), { width: 10, height: 20, type: "image/png" });
  assert.deepEqual(plan("image/png", 9000, 1), { width: 2048, height: 1, type: "image/png" });
});

test("the board in words is read from top to bottom, labels with their shapes, strokes together", () => {
  const at = (id: string, type: string, x: number, y: number, more = {}) => ({ id, type, x, y, ...more });
  const items = outline(
    [
      at("low", "image", 0, 500),
      at("s1", "freedraw", 50, 100),
      at("s2", "freedraw", 10, 102),
      at("box", "rectangle", 0, 0),
      at("label", "text", 5, 5, { containerId: "box", text: "Half" }),
      at("gone", "text", 0, 0, { isDeleted: true, text: "?" }),
      at("word", "text", 400, 1, { text: "1/2" }),
    ],
    new Map([
      ["word", 7],
      ["s1", 7],
      ["s2", 7],
    ]),
  );

  assert.deepEqual(
    items.map(({ id, kind, text, by }) => [id, kind, text, by]),
    [
      ["box", "shape", "Half", undefined],
      ["word", "text", "1/2", 7],
      ["s2", "stroke", "", 7],
      ["s1", "stroke", "", 7],
      ["low", "picture", "", undefined],
    ],
  );
  assert.deepEqual(
    gathered(items).map(({ id, count }) => [id, count]),
    [
      ["box", 1],
      ["word", 1],
      ["s2", 2],
      ["low", 1],
    ],
  );
});
