// Strokes that aren't stored yet, kept in this browser, so that a reload loses none.

import type { BoardElement } from "rtserver-client";

const [NAME, STORE] = ["rtserver board", "strokes"];
const PACE = 300; // milliseconds: what is answered sooner needn't be written
const DAYS = 7; // then nobody waits for them any more

interface Row {
  user: number;
  lesson: number;
  id: string;
  at: number;
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
  #database: Promise<IDBDatabase> | undefined;

  constructor(
    private readonly user: number,
    private readonly lesson: number,
  ) {}

  async load(): Promise<BoardElement[]> {
    try {
      const store = (await this.#open()).transaction(STORE).objectStore(STORE);
      const range = IDBKeyRange.bound([this.user, this.lesson, ""], [this.user, this.lesson, "\uffff"]);
      const rows = await done<Row[]>(store.getAll(range));
      const oldest = Date.now() - DAYS * 86_400_000;
      const elements = rows.map(({ element }) => element);
      difference(this.#marks, elements);
      return rows.filter(({ at }) => at > oldest).map(({ element }) => element);
    } catch {
      return [];
    }
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
    const store = (await this.#open()).transaction(STORE, "readwrite").objectStore(STORE);
    const { user, lesson } = this;
    for (const element of written) store.put({ user, lesson, id: element.id, at: Date.now(), element } satisfies Row);
    for (const id of gone) store.delete([user, lesson, id]);
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["user", "lesson", "id"] });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.#database;
  }
}

function done<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
