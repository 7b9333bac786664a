import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EyeIcon } from "../../ui/icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./BoardPane.module.css";

interface Props {
  /** Whether tools stand above. */
  isBelow: boolean;
  canDraw: boolean;
  isSending: boolean;
  children?: ReactNode;
}

/** What one has to know of the board just now. */
export function Words({ isBelow, canDraw, isSending, children }: Props) {
  const { t } = useTranslation();
  const { isReadOnly, isTutor } = useRoom();
  const reason = isReadOnly ? "board.cancelled" : isTutor ? "board.only_look_tutor" : "board.only_look";
  return (
    <div className={style.words} data-below={isBelow}>
      <div role="status">
        {(!canDraw || isReadOnly) && (
          <p className={style.word}>
            <EyeIcon size={22} />
            <span>{t(reason)}</span>
          </p>
        )}
        {isSending && <p className={style.word}>{t("board.sending")}</p>}
      </div>
      {children}
    </div>
  );
}
