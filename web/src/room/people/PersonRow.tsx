import { useTranslation } from "react-i18next";
import type { LessonMember } from "rtserver-client";
import { useMember } from "../../session/context.tsx";
import { Avatar } from "../../ui/Avatar.tsx";
import { EyeIcon } from "../../ui/icons.tsx";
import { HandIcon } from "../icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./PeoplePanel.module.css";
import { PersonMenu } from "./PersonMenu.tsx";
import { ReactionMark } from "./Reactions.tsx";

/** Somebody of the lesson: what they may, and what they show. */
export function PersonRow({ member }: { member: LessonMember }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const { present, hands, lead, isTutor, isReadOnly } = useRoom();
  const { user_id, name, state } = member;
  const here = present.find((each) => each.user_id === user_id);
  const number = hands.findIndex((each) => each.user_id === user_id) + 1;
  const isOwn = user_id === me.id;
  return (
    <li className={style.person} data-here={!!here || undefined}>
      <Avatar id={user_id} name={name} />
      <span className={style.name}>
        {isOwn ? t("people.me", { name }) : name}
        <Standing member={member} isLeading={lead === user_id} />
      </span>
      {number > 0 && (
        <span className={style.up}>
          <HandIcon size={18} />
          <span aria-hidden="true">{number}</span>
          <span className="aside">{t("people.hand_number", { number })}</span>
        </span>
      )}
      {here?.reaction && <ReactionMark reaction={here.reaction} />}
      {isTutor && !isReadOnly && !isOwn && (
        <PersonMenu member={member} hasHand={number > 0} isIn={state === "accepted"} />
      )}
    </li>
  );
}

/** The role, and what differs from what is usual. */
function Standing({ member, isLeading }: { member: LessonMember; isLeading: boolean }) {
  const { t } = useTranslation();
  const { role, state, board } = member;
  const words = [t(`role.${role}`), state === "invited" && t("state.invited"), isLeading && t("people.leads")];
  return (
    <span className={style.standing}>
      {words.filter(Boolean).join(" · ")}
      {state === "accepted" && board === "view" && (
        <span className={style.views}>
          <EyeIcon size={16} />
          {t("people.views")}
        </span>
      )}
    </span>
  );
}
