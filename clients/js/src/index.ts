export { Client } from "./client.js";
export type { Options, PatchOptions, Start, State, StateDetail, WebSocketLike } from "./options.js";
export { backoff, CommandError, retry } from "./errors.js";
export type { Backoff, ErrorCode, RetryOptions } from "./errors.js";
export type { Subscription } from "./subscription.js";
export type * from "./wire.js";
