// In which order elements stand, and with which index each is shown.

import type { SceneElement } from "./types.js";

export interface Place {
  element: SceneElement;
  index: string;
}

/**
 * Order a scene: by index, those of one index by id, those without a valid one last. Each gets an
 * index of its own, so that Excalidraw has nothing to repair, which it would count as a change.
 * The indices of what is to be seen follow from that alone: all screens have the same, whatever
 * deleted elements they still remember.
 */
export function arranged(elements: readonly SceneElement[]): Place[] {
  const places = numbered(elements.filter(({ isDeleted }) => !isDeleted));
  const taken = new Set(places.map(({ index }) => index));
  for (const element of elements) {
    if (!element.isDeleted) continue;
    let index = keyOf(element) ?? FIRST;
    while (taken.has(index)) index += "V";
    taken.add(index);
    places.push({ element, index });
  }
  return places.sort((one, other) => compare(one.index, other.index));
}

const FIRST = "a0";
const NONE = "~"; // behind every index

function numbered(live: readonly SceneElement[]): Place[] {
  const wanted = live.map((element) => ({ element, index: keyOf(element) ?? NONE }));
  wanted.sort((one, other) => compare(one.index, other.index) || compare(one.element.id, other.element.id));
  let [base, stem, count, last] = [FIRST, FIRST, 0, ""];
  return wanted.map(({ element, index }, n) => {
    if (index !== NONE && index > last) [base, count, last] = [index, 0, index];
    else {
      if (!count) stem = base + zerosBehind(base, wanted, n);
      last = `${stem}${String(++count).padStart(6, "0")}V`;
    }
    return { element, index: last };
  });
}

/** The zeros that have to follow an index for all that begins so to stand before the next greater one. */
function zerosBehind(base: string, wanted: readonly Place[], n: number): string {
  while (n < wanted.length && wanted[n]!.index <= base) n++;
  const next = wanted[n]?.index;
  return next?.startsWith(base) ? /^0*/.exec(next.slice(base.length))![0] : "";
}

/** An element's index, if Excalidraw can make others before and behind it. */
function keyOf({ index }: SceneElement): string | undefined {
  if (typeof index !== "string" || !/^[A-Za-z][0-9A-Za-z]+$/.test(index) || /^A0*$/.test(index)) return undefined;
  const head = index.charCodeAt(0);
  const digits = head >= 97 ? head - 97 + 2 : 90 - head + 2; // of its integer, by the head
  const isWhole = index.length === digits;
  return isWhole || (index.length > digits && !index.endsWith("0")) ? index : undefined;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
