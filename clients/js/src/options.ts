// What a client is told at its making, and what it tells.

import type { Backoff, RetryOptions } from "./errors.js";
import type { Channel, SinceOf } from "./wire.js";

export type State = "idle" | "connecting" | "online" | "waiting" | "closed";

export interface StateDetail {
  /** The close code and reason, once a connection has ended. */
  code?: number;
  reason?: string;
  /** Milliseconds until the next attempt, while waiting. */
  delay?: number;
}

export interface WebSocketLike {
  onopen: ((event: any) => unknown) | null;
  onmessage: ((event: any) => unknown) | null;
  onclose: ((event: any) => unknown) | null;
  onerror: ((event: any) => unknown) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface Options {
  /** The server's address, such as `https://school.example`. */
  url: string;
  /**
   * Give an access token; with `fresh`, a new one, since the last one ends or has ended.
   * `null` says that there is none any more, and closes the client for good.
   */
  token: (fresh: boolean) => string | null | Promise<string | null>;
  /** For Node.js before 22, which has none of its own: that of the package `ws`. */
  WebSocket?: new (url: string) => WebSocketLike;
  /** What was missed can't be replayed: load it by HTTP, or a snapshot. */
  onReload?: (channel: Channel, reason: string, lessons?: number[]) => void;
  onState?: (state: State, detail: StateDetail) => void;
  /** What a listener or the token callback threw; to the console unless given. */
  onError?: (error: unknown) => void;
  /** Milliseconds to wait for an answer (10 000). */
  timeout?: number;
  /** Milliseconds of the first wait and of the longest one (500, 30 000). */
  backoff?: Backoff;
  /** Milliseconds between two patches of what `draw` was given (100). */
  drawInterval?: number;
}

/** Where a subscription begins: a position from HTTP, or one that was kept. */
export interface Start<C extends Channel> {
  since?: SinceOf<C>;
  epoch?: string;
}

export interface PostOptions extends RetryOptions {
  /** The ids of files of one's own, uploaded for this chat; then the text may be empty. */
  files?: string[];
}

export interface PatchOptions {
  /** Ends the waiting; what others want to have sent goes out all the same. */
  signal?: AbortSignal;
}
