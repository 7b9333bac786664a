import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "rtserver-client";
import { problemOf } from "../../api/problem.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import forms from "../../ui/forms.module.css";
import { Notice } from "../../ui/Notice.tsx";
import { useChat } from "./ChatContext.tsx";
import { placeAfter } from "./focus.ts";

interface Props {
  message: Message;
  isOwn: boolean;
  /** Something of the message's row. */
  place: RefObject<HTMLElement | null>;
  onClose: () => void;
}

/** Asks before a message is gone for everybody. */
export function DeleteDialog({ message, isOwn, place, onClose }: Props) {
  const { t } = useTranslation();
  const { chat } = useChat();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const remove = async () => {
    setSending(true);
    const moveOn = placeAfter(place.current!.closest("li")!);
    try {
      await chat.remove(message.id);
      onClose();
      moveOn();
    } catch (error) {
      setProblem(problemOf(error, t).text);
      setSending(false);
    }
  };
  const title = isOwn ? t("chat.delete_title") : t("chat.remove_title", { name: message.author.name });
  return (
    <Dialog title={title} isQuestion onClose={onClose}>
      <p>{t(isOwn ? "chat.delete_text" : "chat.remove_text")}</p>
      {problem && <Notice tone="bad">{problem}</Notice>}
      <div className={forms.row}>
        <Button kind="danger" waiting={isSending} onClick={remove}>
          {t(isOwn ? "chat.delete" : "chat.remove")}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </Dialog>
  );
}
