import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Chat } from "../../state/chat.ts";
import type { Row } from "../../state/chatRows.ts";
import { rowsOf } from "../../state/chatRows.ts";
import { longDay } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { Doodle } from "../../ui/Doodle.tsx";
import { DownIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { useChat, useChatState } from "./ChatContext.tsx";
import style from "./Log.module.css";
import { MessageRow, RemovedRow } from "./MessageRow.tsx";
import { OutgoingRow } from "./OutgoingRow.tsx";
import { OwnHeldRow, RefusedRow } from "./OwnHeldRow.tsx";
import { ReadBy } from "./ReadBy.tsx";
import { useScroll } from "./useScroll.ts";

/** What was written, and below it what of one's own is still on its way. */
export function Log() {
  const { t } = useTranslation();
  const { chat } = useChat();
  const place = usePlace();
  const state = useChatState((each) => each);
  const rows = useMemo(() => rowsOf(state, place.day), [state, place.day]);
  const scroll = useScroll(chat, state);
  const { me, isLoaded, isBroken, held, refused, outgoing } = state;
  const own = held.filter(({ author }) => author.id === me);
  const isEmpty = isLoaded && !rows.length && !refused.length && !own.length && !outgoing.length;
  return (
    <div className={style.around}>
      <div
        className={style.log}
        role="log"
        aria-live="off"
        aria-label={t("chat.log")}
        aria-busy={!isLoaded}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        tabIndex={0}
        {...scroll.props}
      >
        {isBroken && <Broken onRetry={() => void chat.load()} />}
        {isEmpty && <Empty />}
        <ol className={style.rows}>
          {rows.map((row) => (
            <RowView key={row.key} row={row} state={state} />
          ))}
          {refused.map((each) => (
            <RefusedRow key={each.held_id} held={each} />
          ))}
          {own.map((each) => (
            <OwnHeldRow key={each.held_id} held={each} />
          ))}
          {outgoing.map((each) => (
            <OutgoingRow key={each.client_id} outgoing={each} />
          ))}
        </ol>
      </div>
      {!scroll.isAtEnd && <Jump count={scroll.below} onJump={scroll.toEnd} />}
    </div>
  );
}

function RowView({ row, state }: { row: Row; state: Chat }) {
  const { t } = useTranslation();
  const place = usePlace();
  if (row.kind === "day")
    return (
      <li className={style.day}>
        <time dateTime={row.at}>{longDay(row.at, place)}</time>
      </li>
    );
  if (row.kind === "unread")
    return (
      <li className={style.unread} data-unread>
        {t("chat.unread_line")}
      </li>
    );
  if (row.kind === "read") return <ReadBy state={state} message={row.message} />;
  if (row.kind === "removed") return <RemovedRow message={row.message} />;
  return <MessageRow message={row.message} isFirst={row.isFirst} />;
}

function Jump({ count, onJump }: { count: number; onJump: () => void }) {
  const { t } = useTranslation();
  return (
    <Button className={style.jump} icon={!count} aria-label={count ? undefined : t("chat.to_end")} onClick={onJump}>
      <DownIcon />
      {count > 0 && t("chat.new", { count })}
    </Button>
  );
}

function Empty() {
  const { t } = useTranslation();
  return (
    <div className={style.empty}>
      <Doodle of="pencil" />
      <p>{t("chat.empty")}</p>
    </div>
  );
}

function Broken({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice tone="bad">
      <p>{t("chat.broken")}</p>
      <Button onClick={onRetry}>{t("app.retry")}</Button>
    </Notice>
  );
}
