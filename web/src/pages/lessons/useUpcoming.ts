import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { useSession } from "../../session/context.tsx";
import { useStore } from "../../state/store.ts";
import { say } from "../../ui/toasts.tsx";

const AGAIN = 45_000; // milliseconds: who is in a room is told to those in it alone

/** Keep the lessons that aren't over loaded: at first, after each break, and now and then. */
export function useUpcoming(): void {
  const live = useLive();
  const { t } = useTranslation();
  const isOnline = useStore(useSession().connection) === "online";
  useEffect(() => {
    const load = () => live.loadLessons(new Date().toISOString());
    if (isOnline || !live.lessons.get().isLoaded) load().catch((error) => say(problemOf(error, t).text, "bad"));
    const timer = setInterval(() => document.visibilityState === "visible" && load().catch(() => {}), AGAIN);
    return () => clearInterval(timer);
  }, [live, isOnline, t]);
}
