// A state that changes by events alone: a pure reducer, and who is told.

import { useSyncExternalStore } from "react";

export interface Store<S, E> {
  get(): S;
  send(event: E): void;
  subscribe(listener: () => void): () => void;
}

export type Reducer<S, E> = (state: S, event: E) => S;

export function createStore<S, E>(reduce: Reducer<S, E>, initial: S): Store<S, E> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    send(event) {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Read a store in a component; `select` gives a part of the state, or what was made of it once. */
export function useStore<S, E, T = S>(
  store: Store<S, E>,
  select: (state: S) => T = (state) => state as unknown as T,
): T {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
