// What somebody has put on boards and the server doesn't have yet, in this browser's IndexedDB, by person and lesson.

const NAME = "rtserver board";
const VERSION = 2;
const STORES = ["strokes", "pictures"] as const;
const DAYS = 7; // then nobody waits for it any more
const LEFT = "rtserver left";

export type Shelf = (typeof STORES)[number];

export interface Row {
  user: number;
  lesson: number;
  id: string;
  at: number;
}

let opened: Promise<IDBDatabase> | undefined;
const left = new Set<number>(); // where the browser lets nothing be kept

/** What lies there of a person's in a lesson. */
export async function readRows<R extends Row>(shelf: Shelf, user: number, lesson: number): Promise<R[]> {
  const store = (await open()).transaction(shelf).objectStore(shelf);
  const rows = await done<R[]>(store.getAll(IDBKeyRange.bound([user, lesson, ""], [user, lesson, "\uffff"])));
  return rows.filter(({ at }) => at > oldest());
}

/** Put rows of one person there, and take others away, all or nothing; nothing of who has signed out. */
export async function writeRows(shelf: Shelf, rows: readonly Row[], gone: readonly Omit<Row, "at">[]): Promise<void> {
  const database = await open();
  const wanted = rows.filter(({ user }) => !hasLeft(user));
  const transaction = database.transaction(shelf, "readwrite");
  const store = transaction.objectStore(shelf);
  for (const row of wanted) store.put(row);
  for (const { user, lesson, id } of gone) store.delete([user, lesson, id]);
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error); // as where the disk is full
  });
}

/** How much lies there of a person's, in all lessons. */
export async function countRows(user: number): Promise<number> {
  const transaction = (await open()).transaction(STORES);
  const counts = STORES.map((shelf) => done<number>(transaction.objectStore(shelf).count(all(user))));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Somebody signs out: leave nothing of theirs, also of what another tab is about to put there. */
export async function forgetRows(user: number): Promise<void> {
  mark(user, true);
  const transaction = (await open()).transaction(STORES, "readwrite");
  await Promise.all(STORES.map((shelf) => done(transaction.objectStore(shelf).delete(all(user)))));
}

/** Take away what is too old, whosever it is. */
export async function tidyRows(): Promise<void> {
  const transaction = (await open()).transaction(STORES, "readwrite");
  for (const shelf of STORES)
    transaction.objectStore(shelf).openCursor().onsuccess = ({ target }) => {
      const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
      if (!cursor) return;
      if ((cursor.value as Row).at <= oldest()) cursor.delete();
      cursor.continue();
    };
}

/** Whether somebody has signed out here, and not in again. */
export function hasLeft(user: number): boolean {
  try {
    return localStorage.getItem(`${LEFT} ${user}`) !== null;
  } catch {
    return left.has(user);
  }
}

/** Somebody has signed in, or out: for all tabs at once. */
export function mark(user: number, isGone: boolean): void {
  try {
    if (isGone) localStorage.setItem(`${LEFT} ${user}`, "1");
    else localStorage.removeItem(`${LEFT} ${user}`);
  } catch {
    if (isGone) left.add(user);
    else left.delete(user);
  }
}

function all(user: number): IDBKeyRange {
  return IDBKeyRange.bound([user], [user, []]); // a list comes behind all numbers
}

function oldest(): number {
  return Date.now() - DAYS * 86_400_000;
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const shelf of STORES)
        if (!result.objectStoreNames.contains(shelf))
          result.createObjectStore(shelf, { keyPath: ["user", "lesson", "id"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error ?? new Error("an older page is open"));
  });
  return opened;
}

function done<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });
}
