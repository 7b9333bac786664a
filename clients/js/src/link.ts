// What a channel needs of the client that holds it.

import type { Pauses, RetryOptions } from "./errors.js";
import type { Channel, Welcome } from "./wire.js";

export interface Link {
  readonly welcome: Welcome | undefined;
  readonly isOnline: boolean;
  /** Milliseconds between two frames of what is being drawn. */
  readonly drawInterval: number;
  /** Send a command; `onAck` is called before anything that follows the ack. */
  request(type: string, payload: unknown, channel?: string, onAck?: (ack: any) => void): Promise<any>;
  /** Send a command that nobody answers, if that can be done now. */
  notify(type: string, payload: unknown, channel?: string): unknown;
  /** Repeat what failed temporarily, with the client's waits. */
  retry<T>(work: () => Promise<T>, options?: RetryOptions, pauses?: Pauses): Promise<T>;
  /** Milliseconds before the next attempt. */
  delay(attempt: number): number;
  /** Tell that something was missed which can't be replayed. */
  reload(channel: Channel, reason: string, lessons?: number[]): void;
  /** Drop a channel that the server has taken away, or never gave. */
  forget(channel: Channel, reason: string, error?: Error): void;
  unsubscribe(channel: Channel): Promise<void>;
  /** Call what is foreign, and report what it throws. */
  guard(work: () => unknown): void;
  report(error: unknown): void;
}
