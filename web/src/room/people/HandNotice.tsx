import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../../session/context.tsx";
import { newHands } from "../../state/hands.ts";
import { HandIcon } from "../icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./HandNotice.module.css";

const SHOWN = 8_000; // milliseconds

/**
 * Tells tutors, without a noise, whose hand has gone up; it is there from the start, so that it is read out.
 * Who has the list of hands open sees it there.
 */
export function HandNotice({ isListed }: { isListed: boolean }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const { hands, isTutor, nameOf } = useRoom();
  const before = useRef(hands); // hands that are up already are seen in the list
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    const names = newHands(before.current, hands).flatMap((id) => (id === me.id ? [] : (nameOf(id) ?? [])));
    before.current = hands;
    if (!isTutor || !names.length) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setText(""), SHOWN);
    setText(t("people.hand_up", { count: names.length, names: names.join(", ") }));
  }, [hands, isTutor, me.id, nameOf, t]);
  return (
    <div className={isListed ? "aside" : style.place} role="status">
      {text && (
        <p className={style.notice}>
          <HandIcon size={20} />
          {text}
        </p>
      )}
    </div>
  );
}
