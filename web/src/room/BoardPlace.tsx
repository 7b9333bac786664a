import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed } from "../app/Failed.tsx";
import { type Failure, useScript } from "../app/late.tsx";
import { Script } from "../app/Script.ts";
import { Splash } from "../app/Splash.tsx";
import { useScheme } from "../school/useScheme.ts";
import style from "./BoardPlace.module.css";
import type { BoardProps } from "./board/BoardPane.tsx";
import { painted } from "./painted.ts";
import paper from "./paper.module.css";

const boardPane = new Script(async () => (await import("./board/BoardPane.tsx")).BoardPane);

/**
 * The paper, and the board on it as soon as it can be drawn on. To run its script and to build it up takes longer than
 * all else: chat and people needn't wait for it, and do without it if it doesn't come.
 */
export function BoardPlace(props: Omit<BoardProps, "onReady">) {
  const { t } = useTranslation();
  const scheme = useScheme();
  const { come: Board, failure } = useScript(boardPane, painted);
  const [isReady, setReady] = useState(false);
  return (
    <>
      {Board && <Board {...props} onReady={setReady} />}
      {!isReady && (
        <div className={`${style.wait} ${paper.paper}`} data-scheme={scheme}>
          {failure ? <NoBoard failure={failure} /> : <Splash text={t("board.loading")} of="part" />}
        </div>
      )}
    </>
  );
}

function NoBoard({ failure }: { failure: Failure }) {
  const { t } = useTranslation();
  return (
    <div className={style.note}>
      <Failed failure={failure} text={t("board.not_come")} />
    </div>
  );
}
