import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../api/problem.ts";
import { useMember } from "../session/context.tsx";
import { Button } from "../ui/Button.tsx";
import { say } from "../ui/toasts.tsx";
import { HandIcon } from "./icons.tsx";
import { useRoom } from "./RoomContext.tsx";

/** Raise one's hand, or lower it. */
export function HandButton({ isSmall }: { isSmall: boolean }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const { hands, room, isReadOnly } = useRoom();
  const [isSending, setSending] = useState(false);
  const isUp = hands.some(({ user_id }) => user_id === me.id);
  if (isReadOnly) return null;
  const send = async () => {
    setSending(true);
    await room.react({ hand: !isUp }).catch((error) => say(problemOf(error, t).text, "bad"));
    setSending(false);
  };
  const text = t(isUp ? "room.lower_hand" : "room.raise_hand");
  return (
    <Button
      kind={isUp ? "primary" : "plain"}
      icon={isSmall}
      aria-label={isSmall ? text : undefined}
      aria-pressed={isUp}
      title={text}
      waiting={isSending}
      onClick={send}
    >
      {!isSending && <HandIcon />}
      {!isSmall && t("room.hand")}
    </Button>
  );
}
