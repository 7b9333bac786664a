import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ConnectionBanner } from "../app/ConnectionBanner.tsx";
import { useLive } from "../app/LiveContext.tsx";
import { useStore } from "../state/store.ts";
import { Bar } from "./Bar.tsx";
import { BoardPlace } from "./BoardPlace.tsx";
import { Panel } from "./Panel.tsx";
import { PhoneSwitch } from "./PhoneSwitch.tsx";
import { HandNotice } from "./people/HandNotice.tsx";
import { useRoom } from "./RoomContext.tsx";
import style from "./RoomView.module.css";
import { usePlaces } from "./usePlaces.ts";

/** The room itself: the board, and beside it the panel; on a phone one of them. The board comes last. */
export function RoomView() {
  const { t } = useTranslation();
  const { lesson } = useRoom();
  const places = usePlaces();
  const live = useLive();
  useEffect(() => void live.refresh(lesson.id), [live, lesson.id]); // what is unread, for who comes by a link
  const menuPlace = useRef<HTMLDivElement>(null);
  return (
    <div className={style.room} data-panel={places.isPanelShown} data-board={places.isBoardShown}>
      <Bar places={places} menuPlace={menuPlace} />
      <Connection />
      <HandNotice isListed={places.isPanelShown && places.tab === "people"} />
      <main className={style.board} aria-label={t("room.board")}>
        <BoardPlace places={places} menuPlace={menuPlace} />
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
