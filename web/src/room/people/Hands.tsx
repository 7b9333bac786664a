import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../../session/context.tsx";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { CrossIcon } from "../../ui/icons.tsx";
import { HandIcon } from "../icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./PeoplePanel.module.css";
import { useAct } from "./useAct.ts";

/** The hands that are up, in their order; a tutor lowers one or all. */
export function Hands() {
  const { t } = useTranslation();
  const { me } = useMember();
  const id = useId();
  const { hands, room, isTutor, nameOf } = useRoom();
  const { isBusy, act } = useAct();
  if (!hands.length) return null;
  const lower = (whose: { userId: number } | { all: true }) => act(() => room.react({ ...whose, hand: false }));
  return (
    <section className={style.hands} aria-labelledby={id}>
      <h2 id={id} className={style.title}>
        <HandIcon size={20} />
        {t("room.hands", { count: hands.length })}
      </h2>
      <ol>
        {hands.map(({ user_id }, n) => {
          const name = nameOf(user_id) ?? "";
          return (
            <li key={user_id} className={style.hand}>
              <span className={style.number}>{n + 1}</span>
              <Avatar id={user_id} name={name} />
              <span className={style.name}>{user_id === me.id ? t("people.me", { name }) : name}</span>
              {(isTutor || user_id === me.id) && (
                <Button
                  kind="quiet"
                  icon
                  waiting={isBusy}
                  aria-label={t("people.lower_of", { name })}
                  title={t("people.lower")}
                  onClick={() => void lower({ userId: user_id })}
                >
                  {!isBusy && <CrossIcon />}
                </Button>
              )}
            </li>
          );
        })}
      </ol>
      {isTutor && hands.length > 1 && (
        <Button wide waiting={isBusy} onClick={() => void lower({ all: true })}>
          {t("people.lower_all")}
        </Button>
      )}
    </section>
  );
}
