// The access tokens, as the callback of the options gives them.

import type { Options } from "./options.js";

export class Tokens {
  #fresh: Promise<string> | undefined;

  constructor(private readonly token: Options["token"]) {}

  /** Ask for a new token once at a time: a refresh token is spent once. */
  give(fresh: boolean): Promise<string> {
    if (!fresh) return this.#ask(false);
    this.#fresh ??= this.#ask(true).finally(() => (this.#fresh = undefined));
    return this.#fresh;
  }

  async #ask(fresh: boolean): Promise<string> {
    const token: unknown = await this.token(fresh);
    if (typeof token === "string" && token) return token;
    const what = token === "" ? "an empty one" : typeof token;
    throw new TypeError(`token: expected a string, an access token, not ${what}`);
  }
}
