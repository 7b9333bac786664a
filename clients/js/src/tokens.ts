// The access tokens, as the callback of the options gives them.

import { CommandError, failure } from "./errors.js";
import type { Options } from "./options.js";

export class Tokens {
  #fresh: Promise<string> | undefined;

  /** `onRefused` hears that there will be no token any more. */
  constructor(private readonly token: Options["token"], private readonly onRefused: () => void) {
    if (typeof token !== "function")
      throw new TypeError(`token: expected a function that gives an access token, not ${typeof token}`);
  }

  /** Ask for a new token once at a time: a refresh token is spent once. */
  give(fresh: boolean): Promise<string> {
    if (!fresh) return this.#ask(false);
    this.#fresh ??= this.#ask(true).finally(() => (this.#fresh = undefined));
    return this.#fresh;
  }

  async #ask(fresh: boolean): Promise<string> {
    const token: unknown = await this.#call(fresh);
    if (typeof token === "string" && token) return token;
    const what = token === "" ? "an empty one" : typeof token;
    throw new TypeError(`token: expected a string, an access token, not ${what}`);
  }

  /** Call back; `null`, or the error `unauthenticated`, says that somebody has to sign in again. */
  async #call(fresh: boolean): Promise<unknown> {
    try {
      const token = await this.token(fresh);
      if (token !== null) return token;
    } catch (error) {
      if (!(error instanceof CommandError && error.code === "unauthenticated")) throw error;
    }
    this.onRefused();
    throw failure("unauthenticated", "There is no token any more: sign in again.");
  }
}
