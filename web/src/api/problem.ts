// What is said to a person when a request has failed.

import type { TFunction } from "i18next";

export interface Problem {
  /** One sentence, in the person's language. */
  text: string;
  /** What is wrong with which field, as the server says it, by the field's path. */
  fields: Record<string, string>;
}

interface Failure {
  code?: string;
  message?: string;
  retry_after?: number;
  errors?: { path: string; message: string }[];
}

const KNOWN = [
  "forbidden",
  "not_found",
  "conflict",
  "limit_exceeded",
  "too_large",
  "unavailable",
  "disconnected",
  "offline",
  "timeout",
  "unauthenticated",
  "bad_request",
  "unsupported_media_type",
] as const;

/** Words for what was thrown; `own` has other words for some codes, as keys of texts. */
export function problemOf(error: unknown, t: TFunction, own: Partial<Record<string, string>> = {}): Problem {
  const { code = "internal", retry_after, errors = [] } = (error ?? {}) as Failure;
  const fields = Object.fromEntries(errors.map(({ path, message }) => [path, message]));
  if (code === "rate_limited")
    return { text: t("problem.rate_limited", { count: Math.ceil(retry_after ?? 1) }), fields };
  const key = own[code] ?? (isKnown(code) ? `problem.${code}` : "problem.internal");
  return { text: t(key as "problem.internal"), fields };
}

function isKnown(code: string): boolean {
  return (KNOWN as readonly string[]).includes(code);
}
