// Requests of people who haven't signed in.

import { CommandError } from "rtserver-client";

/** Send JSON and read JSON; anything but a success throws a `CommandError`, as the client's requests do. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal }).catch((error) => {
    throw new CommandError(error.name === "TimeoutError" ? "timeout" : "disconnected", error.message);
  });
  if (!response.ok) throw await CommandError.of(response);
  const answer = await response.text();
  return (answer ? JSON.parse(answer) : undefined) as T;
}
