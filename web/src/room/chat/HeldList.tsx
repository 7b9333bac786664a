import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { HeldMessage } from "rtserver-client";
import { problemOf } from "../../api/problem.ts";
import { clock } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";
import { useChat, useChatState } from "./ChatContext.tsx";
import { Files } from "./FileView.tsx";
import style from "./HeldList.module.css";
import { Words } from "./Words.tsx";

/** Above the tutors' chat: what students want to say, and a tutor has yet to look at. */
export function HeldList() {
  const { t } = useTranslation();
  const id = useId();
  const held = useChatState((state) => state.held);
  const count = held.length ? t("chat.held", { count: held.length }) : "";
  const title = useRef<HTMLHeadingElement>(null);
  return (
    <>
      <p className="aside" role="status">
        {count}
      </p>
      {count && (
        <section className={style.held} aria-labelledby={id}>
          <h2 id={id} ref={title} className={style.title} tabIndex={-1}>
            {count}
          </h2>
          <ol className={style.list}>
            {held.map((each) => (
              <Held key={each.held_id} held={each} onDecided={() => title.current?.focus()} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function Held({ held, onDecided }: { held: HeldMessage; onDecided: () => void }) {
  const { t } = useTranslation();
  const place = usePlace();
  const { chat } = useChat();
  const { isReadOnly } = useRoom();
  const [waiting, setWaiting] = useState<"approve" | "reject">();
  const decide = async (how: "approve" | "reject") => {
    setWaiting(how);
    try {
      await chat.decide(held.held_id, how);
      onDecided(); // the button that had the focus is gone
    } catch (error) {
      say(problemOf(error, t, { conflict: "chat.decided_already", not_found: "chat.decided_already" }).text, "bad");
      setWaiting(undefined);
    }
  };
  const { author, created_at, text, files } = held;
  return (
    <li className={style.one}>
      <p className={style.head}>
        <strong>{author.name}</strong> <time dateTime={created_at}>{clock(created_at, place)}</time>
      </p>
      {text && <Words text={text} />}
      <Files files={files} />
      <div className={style.actions}>
        <Button
          kind="primary"
          waiting={waiting === "approve"}
          disabled={isReadOnly}
          aria-label={t("chat.approve_of", { name: author.name })}
          onClick={() => void decide("approve")}
        >
          {t("chat.approve")}
        </Button>
        <Button
          waiting={waiting === "reject"}
          aria-label={t("chat.reject_of", { name: author.name })}
          onClick={() => void decide("reject")}
        >
          {t("chat.reject")}
        </Button>
      </div>
    </li>
  );
}
