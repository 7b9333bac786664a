// The end of a connection that we end.

import type { WebSocketLike } from "./options.js";

const LINGER = 3_000; // milliseconds

/** Close, once what was sent is answered: the server drops what a close has overtaken. */
export function leave(socket: WebSocketLike, unanswered: number): void {
  const close = () => socket.close(1000);
  if (!unanswered) return close();
  const timer = setTimeout(close, LINGER);
  socket.onclose = () => clearTimeout(timer);
  socket.onmessage = ({ data }) => {
    const { type } = JSON.parse(data) as { type: string };
    if ((type === "ack" || type === "error") && !--unanswered) close();
  };
}
