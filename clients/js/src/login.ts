// The tokens of one login, in a storage that several tabs may share, or have copies of.

import { CommandError, failure } from "./errors.js";
import { newId } from "./requests.js";

/** Anything like `localStorage`. */
export interface StorageLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** What the server gives: `POST /api/auth/token/`. */
export interface Pair {
  access: string;
  refresh: string;
  expires_in: number;
}

/** What is kept; `turn` counts the refreshes, so that of two copies the later one is known. */
export interface Kept {
  login: string;
  turn: number;
  access: string;
  refresh: string;
  /** Until when `access` is given out: a tenth of its life is left then. */
  until: number;
}

/** The first record of a new login. */
export function begun(pair: Pair): Kept {
  return { login: newId(), turn: 0, ...dated(pair) };
}

/** The record after a refresh. */
export function renewed(kept: Kept, pair: Pair): Kept {
  return { login: kept.login, turn: kept.turn + 1, ...dated(pair) };
}

function dated({ access, refresh, expires_in }: Pair): Pick<Kept, "access" | "refresh" | "until"> {
  return { access, refresh, until: Date.now() + expires_in * 900 };
}

/** Send a request of signing in and out; anything but a success throws a `CommandError`. */
export async function ask(url: string, body: unknown): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal }).catch((error) => {
    throw failure(error.name === "TimeoutError" ? "timeout" : "disconnected", error.message);
  });
  if (!response.ok) throw await CommandError.of(response);
  return response;
}

/** A storage that may be full, forbidden or foreign: what can't be kept lives in memory. */
export class Shelf {
  constructor(private readonly storage: StorageLike | undefined, private readonly key: string) {}

  read(): Kept | undefined {
    try {
      const kept = JSON.parse(this.storage?.getItem(this.key) ?? "null") as Kept | null;
      return kept && typeof kept.refresh === "string" ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  /** Write a record, or remove it. */
  write(kept: Kept | undefined): void {
    try {
      if (kept) this.storage?.setItem(this.key, JSON.stringify(kept));
      else this.storage?.removeItem(this.key);
    } catch {
      // Full or forbidden: a reload asks for the password again.
    }
  }
}
