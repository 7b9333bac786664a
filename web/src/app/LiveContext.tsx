import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useMember } from "../session/context.tsx";
import { Live } from "./live.ts";

const Lives = createContext<Live | undefined>(undefined);

export function LiveProvider({ children }: { children: ReactNode }) {
  const { client, me } = useMember();
  const [live] = useState(() => new Live(client, me.id));
  useEffect(() => live.start(), [live]);
  return <Lives value={live}>{children}</Lives>;
}

export function useLive(): Live {
  const live = useContext(Lives);
  if (!live) throw new Error("There is no LiveProvider.");
  return live;
}
