import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failed, STUBBORN } from "../app/Failed.tsx";
import { type Failure, useScript } from "../app/late.tsx";
import { Mishap } from "../app/Mishap.tsx";
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
  const { come: Board, failure } = useScript(boardPane, painted);
  const [isReady, setReady] = useState(false);
  return (
    <>
      <Mishap instead={(again) => <Broken onAgain={again} />}>
        {Board && <Board {...props} onReady={setReady} />}
      </Mishap>
      {!isReady && (
        <Paper>
          {failure ? (
            <NoBoard text={t("board.not_come")} failure={failure} />
          ) : (
            <Splash text={t("board.loading")} of="part" />
          )}
        </Paper>
      )}
    </>
  );
}

/** The board itself has failed, which nothing else has to suffer for. */
function Broken({ onAgain }: { onAgain: () => void }) {
  const { t } = useTranslation();
  return (
    <Paper>
      <NoBoard text={t("board.broken")} failure={{ count: STUBBORN, isAsking: false, onAgain }} />
    </Paper>
  );
}

function NoBoard(props: { failure: Failure; text: string }) {
  return (
    <div className={style.note}>
      <Failed {...props} />
    </div>
  );
}

function Paper({ children }: { children: ReactNode }) {
  const scheme = useScheme();
  return (
    <div className={`${style.wait} ${paper.paper}`} data-scheme={scheme}>
      {children}
    </div>
  );
}
