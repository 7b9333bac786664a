import { useEffect, useState } from "react";

/** The present, as often as its minutes matter. */
export function useNow(milliseconds = 15_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const tick = () => setNow(new Date());
    const timer = setInterval(tick, milliseconds);
    document.addEventListener("visibilitychange", tick); // timers sleep in hidden pages
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [milliseconds]);
  return now;
}
