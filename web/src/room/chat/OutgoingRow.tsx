import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import type { Outgoing } from "../../state/chat.ts";
import { Button } from "../../ui/Button.tsx";
import { ClockIcon, WarnIcon } from "../../ui/icons.tsx";
import { useChat } from "./ChatContext.tsx";
import { Files } from "./FileView.tsx";
import style from "./Message.module.css";
import { Words } from "./Words.tsx";

/** What one has written and isn't with the others yet. */
export function OutgoingRow({ outgoing }: { outgoing: Outgoing }) {
  const { t } = useTranslation();
  const { chat, takeBack } = useChat();
  const { text, files, failed, client_id } = outgoing;
  const change = () => {
    chat.drop(client_id);
    takeBack(outgoing);
  };
  return (
    <li className={style.row} data-own data-first data-failed={failed !== null || undefined}>
      <div className={style.column}>
        <div className={style.line}>
          <div className={`${style.bubble} ${style.pending}`}>
            {text && <Words text={text} />}
            <Files files={files} />
          </div>
        </div>
        {failed === null ? (
          <p className={style.standing}>
            <ClockIcon size={16} />
            {t("chat.waiting")}
          </p>
        ) : (
          <>
            <p className={style.failed} role="alert">
              <WarnIcon size={18} />
              {problemOf({ code: failed }, t, WORDS).text}
            </p>
            <div className={style.actions}>
              <Button onClick={() => chat.again(outgoing)}>{t("chat.again")}</Button>
              <Button kind="quiet" onClick={change}>
                {t("chat.take_back")}
              </Button>
              <Button kind="quiet" onClick={() => chat.drop(client_id)}>
                {t("chat.discard")}
              </Button>
            </div>
          </>
        )}
      </div>
    </li>
  );
}

const WORDS = {
  forbidden: "chat.failed.forbidden",
  conflict: "chat.failed.conflict",
  limit_exceeded: "chat.failed.too_many_held",
  bad_request: "chat.failed.bad_request",
};
