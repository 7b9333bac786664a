import { startTransition, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Splash } from "../app/Splash.tsx";
import { useScheme } from "../school/useScheme.ts";
import style from "./BoardPlace.module.css";
import type BoardPane from "./board/BoardPane.tsx";
import type { BoardProps } from "./board/BoardPane.tsx";
import { painted } from "./painted.ts";
import paper from "./paper.module.css";

/** The paper, and the board on it as soon as it can be drawn on. */
export function BoardPlace(props: Omit<BoardProps, "onReady">) {
  const { t } = useTranslation();
  const scheme = useScheme();
  const Board = useBoard();
  const [isReady, setReady] = useState(false);
  return (
    <>
      {Board && <Board {...props} onReady={setReady} />}
      {!isReady && (
        <div className={`${style.wait} ${paper.paper}`} data-scheme={scheme}>
          <Splash text={t("board.loading")} isPart />
        </div>
      )}
    </>
  );
}

/** To run the board's script and to build it up takes longer than all else: chat and people needn't wait for it. */
function useBoard(): typeof BoardPane | undefined {
  const [Board, setBoard] = useState<typeof BoardPane>();
  useEffect(() => {
    let isLeft = false;
    painted()
      .then(() => import("./board/BoardPane.tsx"))
      .then((loaded) => isLeft || startTransition(() => setBoard(() => loaded.default)))
      .catch((error) =>
        setBoard(() => {
          throw error; // so that Mishap says it
        }),
      );
    return () => {
      isLeft = true;
    };
  }, []);
  return Board;
}
