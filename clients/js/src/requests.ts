// The requests to the HTTP API.

import { CommandError, failure } from "./errors.js";
import type { Reach } from "./reach.js";
import { send } from "./send.js";
import type { Tokens } from "./tokens.js";

interface More {
  onProgress?: ((sent: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const FILE_TIMES = 12; // a file, of megabytes, may take so many times longer

export class Requests {
  constructor(
    private readonly url: string,
    private readonly tokens: Tokens,
    private readonly timeout: number,
    private readonly reach: Reach,
  ) {}

  /** Send a request; anything but a success throws a `CommandError`. */
  async send<T>(method: string, path: string, body?: unknown, more: More = {}): Promise<T> {
    if (!path.startsWith("/")) throw new TypeError(`path: expected one such as /api/users/me/, not ${path}`);
    let response = await this.#fetch(method, path, body, more, false);
    if (response.status === 401) response = await this.#fetch(method, path, body, more, true);
    if (!response.ok) throw await CommandError.of(response);
    if (response.status === 204) return undefined as T;
    return (response.headers.get("Content-Type")?.startsWith("text/csv") ? response.blob() : response.json()) as T;
  }

  async #fetch(method: string, path: string, body: unknown, more: More, fresh: boolean): Promise<Response> {
    const token = await this.tokens.give(fresh).catch((error) => {
      if (error?.code === "unauthenticated") throw error;
      throw failure("offline", `There is no token: ${error?.message}`);
    });
    const isFile = body instanceof Blob;
    const headers = { "Authorization": `Bearer ${token}`, "Content-Type": isFile ? body.type : "application/json" };
    const sent = isFile || body === undefined ? (body ?? null) : JSON.stringify(body);
    const timeout = AbortSignal.timeout(this.timeout * (isFile ? FILE_TIMES : 1));
    const signal = more.signal ? AbortSignal.any([timeout, more.signal]) : timeout;
    const { onProgress } = more;
    return send(this.url + path, { method, headers, body: sent, signal, onProgress }).catch(async (error: Error) => {
      more.signal?.throwIfAborted();
      if (error.name === "TimeoutError") throw failure("timeout", error.message);
      const why = await this.reach.why();
      throw failure("disconnected", `${method} ${path}: ${why ?? error.message}`);
    });
  }
}

/** Not `crypto.randomUUID`, which pages without TLS don't have. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
