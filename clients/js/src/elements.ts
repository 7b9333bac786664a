// What elements weigh, and which version of one wins, as docs/protocol.md says.

import type { BoardElement } from "./wire.js";

export type Version = Pick<BoardElement, "version" | "versionNonce">;

/** Whether a version takes the place of another one: the higher wins, then the lower nonce. */
export function wins(one: Version, other: Version): boolean {
  if (one.version !== other.version) return one.version > other.version;
  return (one.versionNonce ?? 0) < (other.versionNonce ?? 0);
}

/** Bytes of a text, as it is sent. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
