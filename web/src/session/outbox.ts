// What one has written and isn't answered yet, kept over a reload; each message by itself, as tabs share it.

import type { Outgoing } from "../state/chat.ts";
import { hasLeft } from "./shelf.ts";

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const ALL = "rtserver unsent";

export class Outbox {
  readonly #prefix: string;

  constructor(
    private readonly user: number,
    lesson: number,
    private readonly storage: Kept | undefined = open(),
  ) {
    this.#prefix = `${ALL} ${user} ${lesson} `;
  }

  /** In the order in which they were written. */
  all(): Outgoing[] {
    const kept = keys(this.storage).filter((key) => key.startsWith(this.#prefix));
    const read = kept.map((key) => JSON.parse(this.storage!.getItem(key)!) as Outgoing & { at: number });
    return read.sort((a, b) => a.at - b.at).map(({ at, ...outgoing }) => outgoing);
  }

  /** Keep a message; nothing of who has signed out. */
  put(outgoing: Outgoing): void {
    if (hasLeft(this.user)) return;
    const key = this.#prefix + outgoing.client_id;
    const before = this.storage?.getItem(key);
    const at = before ? JSON.parse(before).at : Date.now();
    try {
      this.storage?.setItem(key, JSON.stringify({ ...outgoing, at }));
    } catch {
      // Full: it is sent from memory.
    }
  }

  drop(client_id: string): void {
    this.storage?.removeItem(this.#prefix + client_id);
  }
}

/** Leave nothing of a person on this device. */
export function forgetUnsent(user: number, storage: Kept | undefined = open()): void {
  for (const key of unsent(user, storage)) storage?.removeItem(key);
}

/** How many messages of a person aren't sent yet, in all lessons. */
export function countUnsent(user: number, storage: Kept | undefined = open()): number {
  return unsent(user, storage).length;
}

function unsent(user: number, storage: Kept | undefined): string[] {
  return keys(storage).filter((key) => key.startsWith(`${ALL} ${user} `));
}

function keys(storage: Kept | undefined): string[] {
  return Array.from({ length: storage?.length ?? 0 }, (_, n) => storage!.key(n)!);
}

function open(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined; // forbidden: what isn't sent lasts as long as the page
  }
}

/** Not `crypto.randomUUID`, which pages without TLS don't have. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
