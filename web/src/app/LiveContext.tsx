import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { useMember } from "../session/context.tsx";
import { Live } from "./live.ts";

const Lives = createContext<Live | undefined>(undefined);

export function LiveProvider({ children }: { children: ReactNode }) {
  const { client, me } = useMember();
  const live = useMemo(() => new Live(client, me.id), [client, me.id]); // after a new password it is another client
  useEffect(() => live.start(), [live]);
  return <Lives value={live}>{children}</Lives>;
}

export function useLive(): Live {
  const live = useContext(Lives);
  if (!live) throw new Error("There is no LiveProvider.");
  return live;
}
