// What Excalidraw shows: which of it was changed there, and what it is given in its place.

import { arranged } from "./order.js";
import type { SceneElement } from "./types.js";

interface Seen {
  version: number;
  versionNonce: number;
  place: unknown; // its index, while it is to be seen
}

export class Scene {
  readonly #seen = new Map<string, Seen>();
  readonly #repaired = new Map<string, { from: SceneElement["index"]; to: string }>();
  #isDisordered = false;

  /** Whether a hand changed what other elements' indices follow from: the scene is to be given anew. */
  get isDisordered(): boolean {
    return this.#isDisordered;
  }

  /** The elements whose version or nonce changed since this was asked, or since they were given. */
  changed(elements: readonly SceneElement[]): SceneElement[] {
    const changed = elements.filter((element) => !isSame(element, this.#seen.get(element.id)));
    const hasRepairs = this.#repaired.size > 0;
    for (const element of changed) {
      const isMoved = this.#seen.get(element.id)?.place !== placeOf(element);
      const wasRepaired = this.#repaired.delete(element.id); // the index it has goes out with it
      if (wasRepaired || (hasRepairs && isMoved)) this.#isDisordered = true;
      this.#note(element);
    }
    return changed;
  }

  /**
   * Put elements into the scene, or with `undefined` take them out of it, and order it.
   * Equal indices become different ones for the eye alone: no version rises.
   */
  give(
    elements: readonly SceneElement[],
    anew: ReadonlyMap<string, SceneElement | undefined>,
    show: (elements: SceneElement[]) => void,
  ): void {
    const places = arranged(merged(elements, anew).map((element) => this.#unrepaired(element)));
    this.#repaired.clear();
    for (const { element, index } of places) this.#repair(element, index);
    this.#isDisordered = false;
    show(places.map(({ element }) => element));
    for (const id of anew.keys()) this.#seen.delete(id);
    for (const { element } of places) this.#note(element);
  }

  #note(element: SceneElement): void {
    const { id, version, versionNonce = 0 } = element;
    this.#seen.set(id, { version, versionNonce, place: placeOf(element) });
  }

  /** All copies are repaired from what is stored, so that all of them are in one order. */
  #unrepaired(element: SceneElement): SceneElement {
    const repair = this.#repaired.get(element.id);
    if (repair && repair.to === element.index) element.index = repair.from as string;
    return element;
  }

  #repair(element: SceneElement, index: string): void {
    if (element.index === index) return;
    this.#repaired.set(element.id, { from: element.index, to: index });
    element.index = index;
  }
}

function isSame(one: SceneElement, other: Seen | undefined): boolean {
  return one.version === other?.version && (one.versionNonce ?? 0) === other.versionNonce;
}

function placeOf({ isDeleted, index }: SceneElement): unknown {
  return isDeleted ? undefined : index;
}

function merged(elements: readonly SceneElement[], anew: ReadonlyMap<string, SceneElement | undefined>): SceneElement[] {
  const scene = new Map<string, SceneElement | undefined>(elements.map((element) => [element.id, element]));
  for (const [id, element] of anew) scene.set(id, element);
  return [...scene.values()].filter((element) => element !== undefined);
}

/** What to show of what is stored: a deleted one leaves its drawing here, for undoing. */
export function shown(
  stored: SceneElement | undefined,
  local: SceneElement | undefined,
  restore: (element: SceneElement) => SceneElement | undefined,
): SceneElement | undefined {
  if (!stored?.isDeleted) return stored && restore(stored);
  const { version, versionNonce = 0 } = stored;
  return local && { ...local, version, versionNonce, isDeleted: true };
}
