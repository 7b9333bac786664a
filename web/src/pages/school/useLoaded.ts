import { useCallback, useEffect, useState } from "react";

interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  /** Load it anew; what was there stays until then. */
  again: () => void;
}

/** Something of the API for as long as a page is shown; `load` has to stay the same function. */
export function useLoaded<T>(load: () => Promise<T>, every?: number): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<unknown>();
  const again = useCallback(() => {
    load().then(
      (loaded) => {
        setValue(loaded);
        setError(undefined);
      },
      (failure) => setError(failure),
    );
  }, [load]);
  useEffect(() => {
    again();
    if (!every) return;
    const timer = setInterval(() => document.visibilityState === "visible" && again(), every);
    return () => clearInterval(timer);
  }, [again, every]);
  return { value, error, again };
}
