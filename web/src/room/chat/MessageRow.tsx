import { memo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "rtserver-client";
import { useMember } from "../../session/context.tsx";
import { clock } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { MoreIcon, PenIcon } from "../../ui/icons.tsx";
import { type Choice, Menu } from "../../ui/Menu.tsx";
import { BinIcon } from "../icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import { useChat } from "./ChatContext.tsx";
import { DeleteDialog } from "./DeleteDialog.tsx";
import { Files } from "./FileView.tsx";
import style from "./Message.module.css";
import { Words } from "./Words.tsx";

interface Props {
  message: Message;
  /** Who wrote it, and when, is told anew. */
  isFirst: boolean;
}

/** Only what has changed of a long chat is made anew. */
export const MessageRow = memo(function MessageRow({ message, isFirst }: Props) {
  const { t } = useTranslation();
  const { me } = useMember();
  const { author, created_seq, text, files, edited_at } = message;
  const isOwn = author.id === me.id;
  return (
    <li
      className={style.row}
      data-own={isOwn || undefined}
      data-first={isFirst || undefined}
      data-seq={created_seq}
      tabIndex={-1} // for the focus of who deletes the one above
    >
      <div className={style.column}>
        <Head message={message} isFirst={isFirst} isOwn={isOwn} />
        <div className={style.line}>
          <div className={style.bubble}>
            {text && <Words text={text} />}
            <Files files={files} />
            {edited_at && <span className={style.edited}>{t("chat.edited")}</span>}
          </div>
          <MessageMenu message={message} isOwn={isOwn} />
        </div>
      </div>
    </li>
  );
});

/** Who and when. In the rows below it only screen readers are told again. */
function Head({ message, isFirst, isOwn }: Props & { isOwn: boolean }) {
  const { t } = useTranslation();
  const place = usePlace();
  const { lesson } = useRoom();
  const { author, created_at } = message;
  const isTutor = lesson.members.some(({ user_id, role }) => user_id === author.id && role === "tutor");
  return (
    <p className={isFirst ? style.head : "aside"}>
      {isFirst && !isOwn && <Avatar id={author.id} name={author.name} />}
      {isOwn ? <span className="aside">{t("chat.you")}</span> : <strong>{author.name}</strong>}
      {isTutor && !isOwn && isFirst && <span className={style.tutor}>{t("role.tutor")}</span>}
      <time dateTime={created_at}>{clock(created_at, place)}</time>
    </p>
  );
}

function MessageMenu({ message, isOwn }: { message: Message; isOwn: boolean }) {
  const { t } = useTranslation();
  const { isTutor, isReadOnly } = useRoom();
  const { edit, canEdit } = useChat();
  const place = useRef<HTMLSpanElement>(null);
  const [isAsking, ask] = useState(false);
  const choices: Choice[] = [];
  if (isOwn && canEdit && message.text)
    choices.push({ id: "edit", text: t("chat.edit"), icon: <PenIcon />, onChoose: () => edit(message) });
  if ((isOwn || isTutor) && !isReadOnly) {
    const text = t(isOwn ? "chat.delete" : "chat.remove");
    choices.push({ id: "delete", text, icon: <BinIcon />, isDangerous: true, onChoose: () => ask(true) });
  }
  if (!choices.length) return null;
  return (
    <span className={style.menu} ref={place}>
      <Menu
        icon
        label={isOwn ? t("chat.menu_own") : t("chat.menu", { name: message.author.name })}
        button={<MoreIcon size={20} />}
        choices={choices}
      />
      {isAsking && <DeleteDialog message={message} isOwn={isOwn} place={place} onClose={() => ask(false)} />}
    </span>
  );
}

/** The place of a message that a tutor took out. */
export function RemovedRow({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { nameOf } = useRoom();
  const by = nameOf(message.deleted_by!) ?? t("chat.a_tutor");
  return <li className={style.removed}>{t("chat.removed", { name: message.author.name, by })}</li>;
}
