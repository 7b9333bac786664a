// Requests to the API, with the types of the server's own OpenAPI document.

import type { Client } from "rtserver-client";
import type { components, paths } from "./schema.d.ts";

export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

type Method = "get" | "post" | "put" | "patch" | "delete";

/** The addresses that take a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends Record<M, infer O> ? O : never;

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : undefined;
type Success<R> = { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Json<R[S]> : never }[keyof R];
export type Answer<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R } ? Success<R> : never;

type PathParameters<O> = O extends { parameters: { path: infer V } } ? { path: V } : { path?: never };
type QueryParameters<O> = O extends { parameters: { query: infer V } }
  ? { query: V }
  : O extends { parameters: { query?: infer V } }
    ? { query?: V | undefined }
    : { query?: never };
type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer B } } }
  ? { body: B }
  : O extends { requestBody?: { content: { "application/json": infer B } } }
    ? { body?: B }
    : { body?: never };

export type Request<M extends Method, P extends PathOf<M>> = PathParameters<Operation<M, P>> &
  QueryParameters<Operation<M, P>> &
  BodyOf<Operation<M, P>>;

/** Nothing needs to be given where everything may be left out. */
type Rest<T> = Record<string, never> extends T ? [request?: T] : [request: T];

/** Send a request; anything but a success throws a `CommandError`. */
export function call<M extends Method, P extends PathOf<M>>(
  client: Pick<Client, "http">,
  method: M,
  path: P,
  ...[request]: Rest<Request<M, P>>
): Promise<Answer<M, P>> {
  const { path: names, query, body } = (request ?? {}) as Loose;
  return client.http(method.toUpperCase(), address(path, names, query), body);
}

interface Loose {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Write the address of a request: `/api/lessons/{id}/` and `{ id: 3 }` are `/api/lessons/3/`. */
export function address(path: string, names: Loose["path"] = {}, query: Loose["query"] = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search ? `${filled}?${search}` : filled;
}
