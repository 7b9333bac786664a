import { createContext, type ReactNode, useContext } from "react";
import { useStore } from "../state/store.ts";
import type { Member, Session } from "./session.ts";

const Sessions = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Sessions value={session}>{children}</Sessions>;
}

export function useSession(): Session {
  const session = useContext(Sessions);
  if (!session) throw new Error("There is no SessionProvider.");
  return session;
}

/** Who is signed in; for what is shown to members alone. */
export function useMember(): Member {
  const who = useStore(useSession().who);
  if (who.kind !== "member") throw new Error("Nobody is signed in.");
  return who;
}
