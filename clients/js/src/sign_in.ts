// Signing in with an e-mail address and a password, and staying so: a token function for the client.

import { CommandError } from "./errors.js";
import { locked } from "./locks.js";
import { ask, begun, type Kept, type Pair, renewed, Shelf, type StorageLike } from "./login.js";
import { Tabs } from "./tabs.js";

export interface ResumeOptions {
  /** The server's address, as the client's. */
  url: string;
  /** Where the login is kept: `sessionStorage`, unless `remember`. */
  storage?: StorageLike;
  /** Keep it in `localStorage`, where it outlives the browser; without `storage` only. */
  remember?: boolean;
}

export interface SignInOptions extends ResumeOptions {
  email: string;
  password: string;
}

/** For the client's option `token`; `null` once the login has ended. */
export interface Login {
  (fresh?: boolean): Promise<string | null>;
  /** End the login on the server, and forget it here. */
  signOut(): Promise<void>;
}

/** Sign in; a wrong password throws the `CommandError` "unauthenticated". */
export async function signIn({ email, password, ...options }: SignInOptions): Promise<Login> {
  const url = base(options.url);
  const response = await ask(`${url}/api/auth/token/`, { email, password });
  const kept = begun((await response.json()) as Pair);
  const shelf = shelfOf(url, options);
  shelf.write(kept);
  return loginOf(new Session(url, shelf, kept));
}

/** Take up the login that a storage holds, as after a reload; `null` where there is none. */
export function resume(options: ResumeOptions): Login | null {
  const url = base(options.url);
  const shelf = shelfOf(url, options);
  const kept = shelf.read();
  return kept ? loginOf(new Session(url, shelf, kept)) : null;
}

function base(url: string): string {
  return new URL(url).href.replace(/\/$/, "");
}

function shelfOf(url: string, { storage, remember = false }: ResumeOptions): Shelf {
  const own = () => {
    try {
      return remember ? globalThis.localStorage : globalThis.sessionStorage;
    } catch {
      return undefined; // forbidden by the browser's settings
    }
  };
  return new Shelf(storage ?? own(), `rtserver ${url}`);
}

function loginOf(session: Session): Login {
  return Object.assign((fresh = false) => session.token(fresh), { signOut: () => session.signOut() });
}

class Session {
  #kept: Kept | undefined;
  #given: string | undefined;
  readonly #name: string;
  readonly #tabs: Tabs;

  constructor(private readonly url: string, private readonly shelf: Shelf, kept: Kept) {
    this.#kept = kept;
    this.#name = `rtserver ${url} ${kept.login}`;
    this.#tabs = new Tabs(this.#name, () => this.#latest(), (later) => this.#keep(later));
  }

  async token(fresh: boolean): Promise<string | null> {
    const spent = fresh ? this.#given : undefined;
    const usable = (): Kept | undefined => {
      const kept = this.#latest();
      return kept && kept.access !== spent && Date.now() < kept.until ? kept : undefined;
    };
    const kept = usable() ?? (await locked(this.#name, async () => usable() ?? this.#refresh(usable)));
    this.#given = kept?.access;
    return kept?.access ?? null;
  }

  async signOut(): Promise<void> {
    const kept = this.#latest();
    this.#forget();
    const gone = (error: unknown) => {
      if (!(error instanceof CommandError && error.code === "unauthenticated")) throw error;
    };
    if (kept) await ask(`${this.url}/api/auth/logout/`, { refresh: kept.refresh }).catch(gone);
  }

  /** The newest record of this login, which another tab may have written. */
  #latest(): Kept | undefined {
    const read = this.shelf.read();
    if (this.#kept && read?.login === this.#kept.login && read.turn > this.#kept.turn) this.#kept = read;
    return this.#kept;
  }

  /** Spend the refresh token, which no other tab may have spent: that would end the login. */
  async #refresh(usable: () => Kept | undefined): Promise<Kept | undefined> {
    if (this.#kept) await this.#tabs.ask(this.#kept);
    const later = usable();
    const known = this.#latest();
    if (later || !known) return later;
    try {
      const response = await ask(`${this.url}/api/auth/token/refresh/`, { refresh: known.refresh });
      this.#keep(renewed(known, (await response.json()) as Pair));
      if (this.#kept) this.#tabs.tell(this.#kept);
    } catch (error) {
      if (!(error instanceof CommandError && error.code === "unauthenticated")) throw error;
      if (this.#latest() === known) this.#forget(); // else another tab was quicker
    }
    return this.#kept;
  }

  #keep(kept: Kept): void {
    if (!this.#kept) return;
    this.#kept = kept;
    const stored = this.shelf.read();
    if (!stored || stored.login === kept.login) this.shelf.write(kept);
  }

  #forget(): void {
    const stored = this.shelf.read();
    if (stored?.login === this.#kept?.login) this.shelf.write(undefined);
    this.#kept = undefined;
    this.#tabs.close();
  }
}
