// How a stroke that somebody else is drawing just now is shown: as one that nobody here can take.

import type { Stroke } from "rtserver-client";
import type { SceneElement } from "./types.js";

/** What to show of a stroke, where that is more than what is stored of it. */
export function over(id: string, stroke: Stroke | undefined, stored: SceneElement | undefined): SceneElement | undefined {
  if (stroke?.fields.type !== "freedraw") return undefined;
  const points = [...stroke.points];
  if (!stored) return { ...begun(id, stroke), ...size(points), points };
  const isBehind = !stored.isDeleted && Array.isArray(stored.points) && stored.points.length < points.length;
  return isBehind ? { ...stored, ...LOCKED, ...size(points), points } : undefined;
}

// Nobody here can take it into their hands; and each state is one of the version 0, which every real one follows.
const LOCKED = { locked: true, simulatePressure: true, pressures: [] };

function begun(id: string, { fields, pieces }: Stroke): SceneElement {
  return { ...fields, ...LOCKED, id, version: 0, versionNonce: pieces } as SceneElement;
}

function size(points: Stroke["points"]): { width: number; height: number } {
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]!)) as [number[], number[]];
  return { width: span(xs), height: span(ys) };
}

const span = (values: number[]): number =>
  values.reduce((most, each) => Math.max(most, each), 0) - values.reduce((least, each) => Math.min(least, each), 0);
