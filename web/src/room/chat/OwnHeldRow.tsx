import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HeldMessage } from "rtserver-client";
import { problemOf } from "../../api/problem.ts";
import { Button } from "../../ui/Button.tsx";
import { ClockIcon, WarnIcon } from "../../ui/icons.tsx";
import { say } from "../../ui/toasts.tsx";
import { useChat } from "./ChatContext.tsx";
import { Files } from "./FileView.tsx";
import style from "./Message.module.css";
import { Words } from "./Words.tsx";

/** One's own message while a tutor has yet to look at it. */
export function OwnHeldRow({ held }: { held: HeldMessage }) {
  const { t } = useTranslation();
  const { chat } = useChat();
  const [isSending, setSending] = useState(false);
  const withdraw = async () => {
    setSending(true);
    await chat.decide(held.held_id, "withdraw").catch((error) => {
      say(problemOf(error, t, { conflict: "chat.decided_already" }).text, "bad");
      setSending(false);
    });
  };
  return (
    <li className={style.row} data-own data-first>
      <div className={style.column}>
        <div className={style.line}>
          <div className={`${style.bubble} ${style.pending}`}>
            {held.text && <Words text={held.text} />}
            <Files files={held.files} />
          </div>
        </div>
        <p className={style.standing}>
          <ClockIcon size={16} />
          {t("chat.waits_for_tutor")}
        </p>
        <div className={style.actions}>
          <Button kind="quiet" waiting={isSending} onClick={withdraw}>
            {t("chat.withdraw")}
          </Button>
        </div>
      </div>
    </li>
  );
}

/** A tutor didn't let it through; it goes once that was read. */
export function RefusedRow({ held }: { held: HeldMessage }) {
  const { t } = useTranslation();
  const { chat } = useChat();
  return (
    <li className={style.row} data-own data-first data-failed>
      <div className={style.column}>
        {held.text && (
          <div className={style.line}>
            <div className={`${style.bubble} ${style.pending}`}>
              <Words text={held.text} />
            </div>
          </div>
        )}
        <p className={style.failed} role="status">
          <WarnIcon size={18} />
          {t("chat.refused")}
        </p>
        <div className={style.actions}>
          <Button kind="quiet" onClick={() => chat.acknowledge(held.held_id)}>
            {t("chat.understood")}
          </Button>
        </div>
      </div>
    </li>
  );
}
