// What is refused before it is sent.

import { failure, type CommandError } from "./errors.js";
import type { State } from "./options.js";

export function refusal(state: State, limit: number | undefined, text: string): CommandError | undefined {
  if (state === "closed") return failure("closed", "The client is closed.");
  if (state !== "online") return failure("offline", "There is no connection now.");
  // The server would close the connection, and again when it is repeated.
  if (limit && text.length * 3 > limit && new TextEncoder().encode(text).length > limit)
    return failure("too_large", `A command has at most ${limit} bytes.`);
  return undefined;
}
