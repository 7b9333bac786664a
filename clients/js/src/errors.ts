// Commands that failed, and repeating those that may be repeated unchanged.

/** The server's codes, and four of the client's own, from `offline` on. */
export type ErrorCode =
  | "bad_request" | "unknown_type" | "unknown_channel" | "unauthenticated" | "forbidden"
  | "not_found" | "not_subscribed" | "limit_exceeded" | "rate_limited" | "too_large"
  | "conflict" | "unavailable" | "internal" | "method_not_allowed" | "unsupported_media_type"
  | "offline" | "disconnected" | "timeout" | "closed";

// After "disconnected" and "timeout", as after "unavailable", the change may have happened.
const TEMPORARY: ReadonlySet<string> = new Set(
  ["rate_limited", "unavailable", "offline", "disconnected", "timeout"],
);

export interface ErrorPayload {
  code: string;
  message?: string;
  retry_after?: number;
  errors?: { path: string; message: string }[];
}

export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: ErrorCode;
  /** Seconds, with `rate_limited`. */
  readonly retry_after: number | undefined;
  readonly errors: { path: string; message: string }[];

  constructor(cause: ErrorPayload | ErrorCode, message?: string) {
    const payload: ErrorPayload = typeof cause === "string" ? { code: cause, ...(message && { message }) } : cause;
    super(payload.message ?? payload.code);
    this.code = payload.code as ErrorCode;
    this.retry_after = payload.retry_after;
    this.errors = payload.errors ?? [];
  }

  /** Whether it may work later, unchanged. */
  get temporary(): boolean {
    return TEMPORARY.has(this.code);
  }

  /** Read an HTTP answer that isn't a success (problem+json, or a proxy's page). */
  static async of(response: Response): Promise<CommandError> {
    const problem = (await response.json().catch(() => ({}))) as Partial<ErrorPayload> & { detail?: string };
    const code = problem.code ?? (response.status >= 502 ? "unavailable" : "internal");
    const seconds = Number(response.headers.get("Retry-After"));
    return new CommandError({
      code,
      message: problem.detail ?? `HTTP ${response.status}`,
      ...(problem.errors && { errors: problem.errors }),
      ...(seconds > 0 && { retry_after: seconds }),
    });
  }
}

/** @internal */
export function failure(code: ErrorCode, message: string): CommandError {
  return new CommandError({ code, message });
}

/** Milliseconds of the first wait and of the longest one. */
export interface Backoff {
  base: number;
  cap: number;
}

/** Milliseconds before the next attempt: full jitter under a bound that doubles. */
export function backoff(attempt: number, base = 500, cap = 30_000): number {
  return Math.random() * Math.min(cap, base * 2 ** attempt);
}

export interface RetryOptions {
  /** Give up after so many. */
  attempts?: number;
  signal?: AbortSignal;
  /** As the client's option; what the client itself repeats takes that one. */
  backoff?: Backoff;
}

/**
 * Repeat what failed temporarily, until it is answered.
 *
 * For what may happen twice without harm alone: a chat message with a `client_id`, a board's
 * elements with their versions, a notification with an `idempotency_key`.
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  return retryWith(new Pauses(), work, options);
}

/** @internal */
export async function retryWith<T>(pauses: Pauses, work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = Infinity, signal } = options;
  const { base, cap } = options.backoff ?? {};
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CommandError && error.temporary) || attempt + 1 >= attempts) throw error;
      await pauses.pause((error.retry_after ?? 0) * 1000 + backoff(attempt, base, cap), signal);
    }
  }
}

/** @internal The waits between tries, which may be cut short. */
export class Pauses {
  readonly #ends = new Set<() => void>();

  pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        this.#ends.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#ends.add(end);
      signal?.addEventListener("abort", end);
      if (signal?.aborted) end();
    });
  }

  /** Have everybody try again now. */
  end(): void {
    for (const end of [...this.#ends]) end();
  }
}
