// Signing in on a page of the server's own: the refresh token lies in a cookie that no script can read.

import { CommandError } from "./errors.js";
import { locked } from "./locks.js";
import { ask, type Pair } from "./login.js";
import type { Login } from "./sign_in.js";

export interface CookieOptions {
  /** The server's address, which is the page's too. */
  url: string;
  /** Another tab has signed in or out: this login is over, or there is a new one. */
  onOther?: () => void;
}

interface Remembered {
  /** Keep the login when the browser is closed. */
  remember?: boolean;
}

/** For the client's option `token`; `null` while nobody is signed in. The access token is in memory alone. */
export interface CookieLogin extends Login {
  /** Sign in; a wrong password throws the `CommandError` "unauthenticated". */
  signIn(person: { email: string; password: string } & Remembered): Promise<void>;
  /** Choose a password by the token of a mailed link, and sign in with it. */
  choosePassword(choice: { token: string; password: string } & Remembered): Promise<void>;
  /** End this login, or with `everywhere` all logins of this user. */
  signOut(options?: { everywhere?: boolean }): Promise<void>;
}

/** The login of this browser, which all tabs share; ask it for a token to find whether there is one. */
export function cookieLogin(options: CookieOptions): CookieLogin {
  const session = new CookieSession({ ...options, url: new URL(options.url).href.replace(/\/$/, "") });
  return Object.assign((fresh = false) => session.token(fresh), {
    signIn: (body: object) => session.begin("token/", body),
    choosePassword: (body: object) => session.begin("password/", body),
    signOut: ({ everywhere = false } = {}) => session.end(everywhere),
  });
}

class CookieSession {
  #access: string | undefined;
  #until = 0;
  #user: unknown; // whose login this is, once that is known
  readonly #name: string;
  readonly #tabs: BroadcastChannel | undefined;

  constructor(private readonly options: CookieOptions) {
    this.#name = `rtserver ${options.url} cookie`;
    if (typeof BroadcastChannel === "undefined") return;
    this.#tabs = new BroadcastChannel(this.#name);
    this.#tabs.onmessage = ({ data }) => this.#hear(data);
    (this.#tabs as { unref?(): void }).unref?.(); // or Node.js would never end
  }

  async token(fresh: boolean): Promise<string | null> {
    const known = this.#access;
    if (known && !fresh && Date.now() < this.#until) return known;
    // One tab after the other: each spends the token that the one before has left in the cookie.
    await locked(this.#name, async () => {
      if (this.#access === known) await this.#refresh();
    });
    return this.#access ?? null;
  }

  begin(path: string, body: object): Promise<void> {
    return locked(this.#name, async () => {
      const response = await ask(this.#url(path), { ...body, cookie: true });
      this.#user = undefined;
      this.#keep((await response.json()) as Pair);
      this.#tabs?.postMessage(this.#user);
    });
  }

  end(everywhere: boolean): Promise<void> {
    return locked(this.#name, async () => {
      await this.#unlessRefused(ask(this.#url("logout/"), everywhere ? { everywhere } : {}));
      this.#forget();
      this.#tabs?.postMessage(null);
    });
  }

  async #refresh(): Promise<void> {
    const response = await this.#unlessRefused(ask(this.#url("token/refresh/"), {}));
    if (response) this.#keep((await response.json()) as Pair);
    else this.#forget();
  }

  /** Another's token, by a login of another tab, is none of this login. */
  #keep({ access, expires_in }: Pair): void {
    const user = subject(access);
    if (this.#user !== undefined && user !== this.#user) return this.#forget();
    this.#user = user;
    this.#access = access;
    this.#until = Date.now() + expires_in * 900;
  }

  #forget(): void {
    this.#access = undefined;
  }

  #hear(user: unknown): void {
    if (user === this.#user) return;
    this.#forget();
    this.options.onOther?.();
  }

  #url(path: string): string {
    return `${this.options.url}/api/auth/${path}`;
  }

  async #unlessRefused(answer: Promise<Response>): Promise<Response | undefined> {
    return answer.catch((error: unknown) => {
      if (error instanceof CommandError && error.code === "unauthenticated") return undefined;
      throw error;
    });
  }
}

/** Whose token it is. */
function subject(token: string): unknown {
  const part = token.split(".")[1] ?? "";
  return (JSON.parse(atob(part.replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: unknown }).sub;
}
