// Parts of the page that come late, with scripts of their own. One that doesn't come takes away nothing else.

import { type ComponentType, startTransition, useCallback, useEffect, useState } from "react";
import type { Script } from "./Script.ts";

/** What is known of a part that didn't come. */
export interface Failure {
  /** How often it was asked for in vain. */
  count: number;
  isAsking: boolean;
  onAgain: () => void;
}

interface Arrival<T> {
  come?: T | undefined;
  failure?: Failure | undefined;
}

interface Stead<P> {
  /** What is shown until it has come. */
  Waiting?: ComponentType;
  /** What is shown if it doesn't come. */
  Failed: ComponentType<P & { failure: Failure }>;
}

/** A component for one that is still to be fetched. */
export function late<P extends object>(script: Script<ComponentType<P>>, { Waiting, Failed }: Stead<NoInfer<P>>) {
  // biome-ignore lint/correctness/noComponentHookFactories: modules call it, once for each part
  return function Late(props: P) {
    const { come: Come, failure } = useScript(script);
    if (Come) return <Come {...props} />;
    if (failure) return <Failed {...props} failure={failure} />;
    return Waiting ? <Waiting /> : null;
  };
}

/** Ask for a script once something is shown, after what it waits for each time. */
export function useScript<T>(script: Script<T>, before?: () => Promise<void>): Arrival<T> {
  const [arrival, arrive] = useState<{ come?: T | undefined }>(before ? {} : { come: script.come });
  const [count, setCount] = useState(0);
  const [isAsking, setAsking] = useState(true);
  const ask = useCallback(async () => {
    setAsking(true);
    try {
      await before?.();
      const come = await script.ask();
      startTransition(() => arrive({ come }));
    } catch {
      setCount((was) => was + 1);
      setAsking(false);
    }
  }, [script, before]);
  useEffect(() => {
    if (!arrival.come) void ask();
  }, [ask, arrival.come]);
  if (arrival.come || !count) return arrival;
  return { failure: { count, isAsking, onAgain: () => void ask() } };
}
