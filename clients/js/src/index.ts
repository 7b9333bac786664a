export { Client } from "./client.js";
export type { Options, PatchOptions, Start, State, StateDetail, WebSocketLike } from "./options.js";
export { backoff, CommandError, retry } from "./errors.js";
export type { Backoff, ErrorCode, RetryOptions } from "./errors.js";
export { resume, signIn } from "./sign_in.js";
export type { Login, ResumeOptions, SignInOptions } from "./sign_in.js";
export type { StorageLike } from "./login.js";
export type { Subscription } from "./subscription.js";
export type * from "./wire.js";
