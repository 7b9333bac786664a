import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ConnectionBanner } from "../app/ConnectionBanner.tsx";
import { useLive } from "../app/LiveContext.tsx";
import { Splash } from "../app/Splash.tsx";
import { useStore } from "../state/store.ts";
import { Bar } from "./Bar.tsx";
import { Panel } from "./Panel.tsx";
import { PhoneSwitch } from "./PhoneSwitch.tsx";
import { HandNotice } from "./people/HandNotice.tsx";
import { useRoom } from "./RoomContext.tsx";
import style from "./RoomView.module.css";
import { usePlaces } from "./usePlaces.ts";

// It comes with the room, while that asks who may go in.
const loading = import("./board/BoardPane.tsx");
const BoardPane = lazy(() => loading);

/** The room itself: the board, and beside it the panel; on a phone one of them. */
export function RoomView() {
  const { t } = useTranslation();
  const { lesson } = useRoom();
  const places = usePlaces();
  const live = useLive();
  useEffect(() => void live.refresh(lesson.id), [live, lesson.id]); // what is unread, for who comes by a link
  const [menuPlace, setMenuPlace] = useState<HTMLElement | null>(null);
  return (
    <div className={style.room} data-panel={places.isPanelShown} data-board={places.isBoardShown}>
      <Bar places={places} menuPlace={setMenuPlace} />
      <Connection />
      <HandNotice isListed={places.isPanelShown && places.tab === "people"} />
      <main className={style.board} aria-label={t("room.board")}>
        <Suspense fallback={<Splash text={t("board.loading")} isPart />}>
          <BoardPane key={lesson.id} places={places} menuPlace={menuPlace} />
        </Suspense>
      </main>
      <Panel places={places} />
      {places.isPhone && <PhoneSwitch places={places} />}
    </div>
  );
}

/** Whether what one draws reaches anybody; how much waits for that. */
function Connection() {
  const { t } = useTranslation();
  const count = useStore(useRoom().waiting);
  return (
    <div className={style.connection}>
      <ConnectionBanner text={count ? t("board.waiting", { count }) : t("board.offline")} />
    </div>
  );
}
