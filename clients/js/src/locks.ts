// One at a time, over all tabs of a browser.

import { Queue } from "./queue.js";

// Where there are no Web Locks (pages without TLS, Node.js before 24) at least this page takes turns.
const queues = new Map<string, Queue>();

/** Do something while nobody else does it under the same name. */
export function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  if (locks) return locks.request(name, work) as Promise<T>;
  const queue = queues.get(name) ?? new Queue();
  queues.set(name, queue);
  return queue.run(work);
}
