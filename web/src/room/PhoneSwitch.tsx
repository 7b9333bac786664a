import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Count } from "../ui/Count.tsx";
import { ChatIcon, PeopleIcon } from "../ui/icons.tsx";
import { BoardIcon } from "./icons.tsx";
import style from "./PhoneSwitch.module.css";
import { useCounts } from "./useCounts.ts";
import type { Places } from "./usePlaces.ts";

/** Under the thumb: the board, the chat, or the people. */
export function PhoneSwitch({ places }: { places: Places }) {
  const { t } = useTranslation();
  const { chat, hands } = useCounts();
  const { tab, isBoardShown, turnTo, closePanel } = places;
  return (
    <nav className={style.places} aria-label={t("room.places")}>
      <Place text={t("room.board")} icon={<BoardIcon />} isHere={isBoardShown} onChoose={closePanel} />
      <Place
        text={t("room.chat")}
        icon={<ChatIcon />}
        isHere={!isBoardShown && tab === "chat"}
        onChoose={() => turnTo("chat")}
        {...(chat.count && chat)}
      />
      <Place
        text={t("room.people")}
        icon={<PeopleIcon />}
        isHere={!isBoardShown && tab === "people"}
        onChoose={() => turnTo("people")}
        {...(hands > 0 && { count: String(hands), told: t("room.hands", { count: hands }) })}
      />
    </nav>
  );
}

interface PlaceProps {
  text: string;
  icon: ReactNode;
  isHere: boolean;
  onChoose: () => void;
  count?: string;
  /** What the count says, for who can't see it. */
  told?: string;
}

function Place({ text, icon, isHere, onChoose, count, told }: PlaceProps) {
  return (
    <button type="button" className={style.place} aria-current={isHere ? "page" : undefined} onClick={onChoose}>
      <span className={style.icon}>
        {icon}
        {count && <Count count={count} isAtCorner />}
      </span>
      {text}
      {told && <span className="aside">{told}</span>}
    </button>
  );
}
