import { useTranslation } from "react-i18next";
import type { Message } from "rtserver-client";
import { type Chat, readers } from "../../state/chat.ts";
import { CheckIcon } from "../../ui/icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./Message.module.css";

const NAMED = 3;

/** Below one's own last message: who has read it. */
export function ReadBy({ state, message }: { state: Chat; message: Message }) {
  const { t } = useTranslation();
  const { lesson } = useRoom();
  const others = lesson.members.filter((each) => each.state === "accepted" && each.user_id !== state.me);
  const have = new Set(readers(state, message));
  const names = others.filter(({ user_id }) => have.has(user_id)).map(({ name }) => name);
  const text = () => {
    if (!names.length) return t("chat.sent");
    if (names.length === others.length && names.length > 1) return t("chat.read_by_all");
    return t("chat.read_by", {
      names: names.length > NAMED ? t("chat.people", { count: names.length }) : names.join(", "),
    });
  };
  return (
    <li className={style.standing}>
      <CheckIcon size={16} />
      {text()}
    </li>
  );
}
