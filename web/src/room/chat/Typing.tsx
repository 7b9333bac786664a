import { useTranslation } from "react-i18next";
import { useRoom } from "../RoomContext.tsx";
import { useChatState } from "./ChatContext.tsx";
import style from "./ChatPanel.module.css";

const NAMED = 2;

/** Who is writing just now. Not read out: it changes too often. */
export function Typing() {
  const { t } = useTranslation();
  const { nameOf } = useRoom();
  const typing = useChatState((state) => state.typing);
  const names = [...typing.keys()].flatMap((id) => nameOf(id) ?? []);
  if (!names.length) return null;
  const text =
    names.length > NAMED
      ? t("chat.many_typing", { count: names.length })
      : t("chat.typing", { count: names.length, names: names.join(", ") });
  return (
    <p className={style.typing}>
      <span className={style.dots} aria-hidden="true" />
      {text}
    </p>
  );
}
