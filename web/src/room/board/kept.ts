// Strokes that aren't stored yet, kept in this browser, so that a reload loses none.

import type { BoardElement } from "rtserver-client";
import { type Row, readRows, writeRows } from "../../session/shelf.ts";

const PACE = 300; // milliseconds: what is answered sooner needn't be written

const UNKNOWN = ""; // the mark of a row that has to be written, or removed, in any case

interface Stroke extends Row {
  element: BoardElement;
}

/** What has to be written, and what to be removed, for the rows to be the elements; marks change with it. */
export function difference(marks: Map<string, string>, elements: readonly BoardElement[]) {
  const now = new Map(elements.map((element) => [element.id, markOf(element)]));
  const written = elements.filter(({ id }) => marks.get(id) !== now.get(id));
  const gone = [...marks.keys()].filter((id) => !now.has(id));
  marks.clear();
  for (const [id, mark] of now) marks.set(id, mark);
  return { written, gone };
}

function markOf({ version, versionNonce = 0 }: BoardElement): string {
  return `${version}/${versionNonce}`;
}

/** The strokes of one person on one board. Where the browser keeps nothing, they live as long as the page. */
export class Kept {
  readonly #marks = new Map<string, string>();
  #waiting: BoardElement[] | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly user: number,
    private readonly lesson: number,
    private readonly shelf = { read: readRows<Stroke>, write: writeRows },
  ) {}

  async load(): Promise<BoardElement[]> {
    const rows = await this.shelf.read("strokes", this.user, this.lesson).catch(() => []);
    const elements = rows.map(({ element }) => element);
    difference(this.#marks, elements);
    return elements;
  }

  /** Keep these, and no others; `flush` does so at once. */
  save(elements: BoardElement[]): void {
    this.#waiting = elements;
    this.#timer ??= setTimeout(this.flush, PACE);
  }

  readonly flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const elements = this.#waiting;
    this.#waiting = undefined;
    if (elements) void this.#write(elements).catch(() => {});
  };

  async #write(elements: BoardElement[]): Promise<void> {
    const { written, gone } = difference(this.#marks, elements);
    if (!written.length && !gone.length) return;
    const { user, lesson } = this;
    const strokes = written.map((element): Stroke => ({ user, lesson, id: element.id, at: Date.now(), element }));
    const keys = gone.map((id) => ({ user, lesson, id }));
    try {
      await this.shelf.write("strokes", strokes, keys);
    } catch (error) {
      // Nothing of it was done: the next time has to do it, too.
      for (const { id } of written) this.#marks.delete(id);
      for (const id of gone) if (!this.#marks.has(id)) this.#marks.set(id, UNKNOWN);
      throw error;
    }
  }
}
