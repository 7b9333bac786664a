// An element as it is sent: without digits that nobody sees, and a deleted one without its drawing.

import type { BoardElement } from "rtserver-client";

const COORDINATES = ["x", "y", "width", "height", "points", "lastCommittedPoint"];
const round = (value: unknown, per: number): unknown =>
  typeof value === "number"
    ? Math.round(value * per) / per
    : Array.isArray(value)
      ? value.map((each) => round(each, per))
      : value;

/** A copy to send; coordinates are rounded to 0.1. */
export function outgoing(element: BoardElement): BoardElement {
  const { id, version, versionNonce = 0 } = element;
  if (element.isDeleted) return { id, version, versionNonce, isDeleted: true };
  const sent: BoardElement = { ...element };
  for (const name of COORDINATES) if (name in sent) sent[name] = round(sent[name], 10);
  if (Array.isArray(sent.pressures)) sent.pressures = round(sent.pressures, 100);
  if (Array.isArray(sent.fixedSegments)) sent.fixedSegments = sent.fixedSegments.map(segment);
  return sent;
}

function segment(each: Record<string, unknown>): Record<string, unknown> {
  return { ...each, start: round(each.start, 10), end: round(each.end, 10) };
}

/** Whether there is nothing to see of it yet: Excalidraw begins with such ones, and drops them. */
export function isEmpty(element: BoardElement): boolean {
  if (Array.isArray(element.points)) return element.points.length < 2;
  return element.width === 0 && element.height === 0;
}

export function bytesOf(element: BoardElement): number {
  return new TextEncoder().encode(JSON.stringify(element)).length;
}
