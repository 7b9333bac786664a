// What Excalidraw shows: which of it was changed there, and what it is given in its place.

import type { SceneElement } from "./types.js";

interface Seen {
  version: number;
  versionNonce?: number | undefined;
}

export class Scene {
  readonly #seen = new Map<string, Seen>();
  readonly #repaired = new Map<string, { from: SceneElement["index"]; to: SceneElement["index"] }>();

  /** The elements whose version or nonce changed since this was asked, or since they were given. */
  changed(elements: readonly SceneElement[]): SceneElement[] {
    const changed = elements.filter((element) => !isSame(element, this.#seen.get(element.id)));
    for (const element of changed) this.#note(element);
    return changed;
  }

  /**
   * Put elements into the scene, or with `undefined` take them out of it, and order it.
   * Excalidraw gives equal indices new ones, and counts that as a change, which nobody made:
   * `show` may do so, and it is taken back.
   */
  give(
    elements: readonly SceneElement[],
    anew: ReadonlyMap<string, SceneElement | undefined>,
    show: (elements: SceneElement[]) => void,
  ): void {
    const scene = ordered(merged(elements, anew).map((element) => this.#unrepaired(element)));
    const given = scene.map(({ version, versionNonce, index }) => ({ version, versionNonce, index }));
    show(scene);
    this.#repaired.clear();
    scene.forEach((element, n) => this.#takeBack(element, given[n]!));
    for (const id of anew.keys()) this.#seen.delete(id);
    for (const element of scene) this.#note(element);
  }

  #note({ id, version, versionNonce }: SceneElement): void {
    this.#seen.set(id, { version, versionNonce: versionNonce ?? 0 });
  }

  /** All copies are repaired from what is stored, so that all of them are in one order. */
  #unrepaired(element: SceneElement): SceneElement {
    const repair = this.#repaired.get(element.id);
    if (repair && repair.to === element.index) element.index = repair.from as string;
    return element;
  }

  #takeBack(element: SceneElement, given: Seen & { index: SceneElement["index"] }): void {
    if (element.index !== given.index) this.#repaired.set(element.id, { from: given.index, to: element.index });
    if (isSame(element, given)) return;
    element.version = given.version;
    element.versionNonce = given.versionNonce ?? 0;
  }
}

function isSame(one: Seen, other: Seen | undefined): boolean {
  return one.version === other?.version && (one.versionNonce ?? 0) === (other.versionNonce ?? 0);
}

function merged(elements: readonly SceneElement[], anew: ReadonlyMap<string, SceneElement | undefined>): SceneElement[] {
  const scene = new Map<string, SceneElement | undefined>(elements.map((element) => [element.id, element]));
  for (const [id, element] of anew) scene.set(id, element);
  return [...scene.values()].filter((element) => element !== undefined);
}

/** By index, those of one index by id, and those without one last. */
export function ordered(elements: SceneElement[]): SceneElement[] {
  return elements.sort((one, other) => compare(one.index ?? "~", other.index ?? "~") || compare(one.id, other.id));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
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
