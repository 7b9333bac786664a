import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { problemOf } from "../api/problem.ts";
import { useSession } from "../session/context.tsx";
import { say } from "../ui/toasts.tsx";

/** End this login, or everywhere all of one's logins. */
export function useSignOut(): (everywhere: boolean) => void {
  const { t } = useTranslation();
  const session = useSession();
  const [, navigate] = useLocation();
  return (everywhere) =>
    void session.signOut({ everywhere }).then(
      () => navigate("/"),
      (error) => say(problemOf(error, t).text, "bad"),
    );
}
