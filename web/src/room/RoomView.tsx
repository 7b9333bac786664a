import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Splash } from "../app/Splash.tsx";
import { Bar } from "./Bar.tsx";
import { Panel } from "./Panel.tsx";
import { PhoneSwitch } from "./PhoneSwitch.tsx";
import { useRoom } from "./RoomContext.tsx";
import style from "./RoomView.module.css";
import { usePlaces } from "./usePlaces.ts";

const BoardPane = lazy(() => import("./board/BoardPane.tsx"));

/** The room itself: the board, and beside it the panel; on a phone one of them. */
export function RoomView() {
  const { t } = useTranslation();
  const { lesson } = useRoom();
  const places = usePlaces();
  return (
    <div className={style.room} data-panel={places.isPanelShown} data-board={places.isBoardShown}>
      <Bar places={places} />
      <main className={style.board} aria-label={t("room.board")}>
        <Suspense fallback={<Splash text={t("board.loading")} />}>
          <BoardPane key={lesson.id} />
        </Suspense>
      </main>
      <Panel places={places} />
      {places.isPhone && <PhoneSwitch places={places} />}
    </div>
  );
}
