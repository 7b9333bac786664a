import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Avatar } from "../ui/Avatar.tsx";
import { Button, buttonClass } from "../ui/Button.tsx";
import { Count } from "../ui/Count.tsx";
import { BackIcon } from "../ui/icons.tsx";
import style from "./Bar.module.css";
import { CallButton } from "./CallButton.tsx";
import { HandButton } from "./HandButton.tsx";
import { PanelIcon } from "./icons.tsx";
import { LessonTime } from "./LessonTime.tsx";
import { useRoom } from "./RoomContext.tsx";
import { useCounts } from "./useCounts.ts";
import type { Places } from "./usePlaces.ts";

const FACES = 5;

/** Above the board: the way back, what this lesson is, who is here, one's hand, the call. */
export function Bar({ places, menuPlace }: { places: Places; menuPlace: Ref<HTMLDivElement> }) {
  const { t } = useTranslation();
  const { lesson } = useRoom();
  return (
    <header className={style.bar}>
      <Link href="/" className={buttonClass({ kind: "quiet", icon: true })} aria-label={t("room.leave")}>
        <BackIcon />
      </Link>
      <div className={style.lesson}>
        <h1 className={style.title} tabIndex={-1}>
          {lesson.title}
        </h1>
        <LessonTime lesson={lesson} isShort={places.isPhone} />
      </div>
      {!places.isPhone && <Faces onOpen={() => places.turnTo("people")} />}
      <CallButton isSmall={places.isPhone} />
      <HandButton isSmall={places.isPhone} />
      <div ref={menuPlace} className={style.menu} />
      {!places.isPhone && <PanelButton places={places} />}
    </header>
  );
}

function Faces({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  const { present, nameOf } = useRoom();
  const named = present.map(({ user_id }) => ({ id: user_id, name: nameOf(user_id) ?? "" }));
  const names = named.map(({ name }) => name).join(", ");
  return (
    <button type="button" className={style.faces} aria-label={t("room.here", { names })} title={names} onClick={onOpen}>
      {named.slice(0, FACES).map(({ id, name }) => (
        <Avatar key={id} id={id} name={name} />
      ))}
      {named.length > FACES && <span className={style.more}>+{named.length - FACES}</span>}
    </button>
  );
}

function PanelButton({ places }: { places: Places }) {
  const { t } = useTranslation();
  const { chat } = useCounts();
  const { isPanelShown, closePanel, turnTo, tab, opener } = places;
  const label = isPanelShown ? t("room.close_panel") : t("room.open_panel");
  const told = chat.told ? `${label}, ${chat.told}` : label;
  return (
    <Button
      ref={opener}
      kind="quiet"
      icon
      aria-label={told}
      aria-expanded={isPanelShown}
      onClick={() => (isPanelShown ? closePanel() : turnTo(tab))}
    >
      <span className={style.openerIcon}>
        <PanelIcon />
        {chat.count && !isPanelShown && <Count count={chat.count} isAtCorner />}
      </span>
    </Button>
  );
}
