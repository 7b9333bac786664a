// Which version of an element wins, as the server's docs/protocol.md says.

import type { BoardElement } from "rtserver-client";

export type Version = Pick<BoardElement, "version" | "versionNonce">;

/** Whether a version takes the place of another one: the higher wins, then the lower nonce. */
export function wins(one: Version, other: Version): boolean {
  if (one.version !== other.version) return one.version > other.version;
  return (one.versionNonce ?? 0) < (other.versionNonce ?? 0);
}

/** What the server makes of an element that `board.reset` or a replacement deletes. */
export function swept({ id, version }: BoardElement): BoardElement {
  const isLast = version >= Number.MAX_SAFE_INTEGER;
  const next = isLast ? version : version + 1;
  return { id, version: next, versionNonce: isLast ? -Number.MAX_SAFE_INTEGER : 0, isDeleted: true };
}
