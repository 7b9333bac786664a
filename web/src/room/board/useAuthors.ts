import { useEffect, useState } from "react";
import { useRoom } from "../RoomContext.tsx";

/** Who changed which element last, as far as it was heard since one came in. */
export function useAuthors(): ReadonlyMap<string, number> {
  const { board } = useRoom();
  const [authors] = useState(() => new Map<string, number>());
  useEffect(
    () =>
      board.on("board.patch", ({ elements, user_id }) => {
        for (const { id } of elements) authors.set(id, user_id);
      }),
    [board, authors],
  );
  return authors;
}
