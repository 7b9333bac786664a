import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import type { Notice } from "../../state/notifications.ts";
import { useStore } from "../../state/store.ts";
import { relative } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Heading } from "../../ui/Heading.tsx";
import { CheckIcon } from "../../ui/icons.tsx";
import { say } from "../../ui/toasts.tsx";
import { useNow } from "../../ui/useNow.ts";
import { Placeholders } from "../lessons/Placeholders.tsx";
import style from "./notifications.module.css";
import { Preferences } from "./Preferences.tsx";
import { wordsOf } from "./words.ts";

export function NotificationsPage() {
  const { t } = useTranslation();
  const live = useLive();
  const { client } = useMember();
  const { list, unread, next, isLoaded } = useStore(live.notices);
  const [isLoading, setLoading] = useState(false);
  const attempt = (work: Promise<unknown>) => work.catch((error) => say(problemOf(error, t).text, "bad"));
  const readAll = () => attempt(call(client, "post", "/api/notifications/read-all/"));
  const more = async () => {
    setLoading(true);
    await attempt(live.moreNotices());
    setLoading(false);
  };
  return (
    <>
      <header className={style.head}>
        <Heading>{t("nav.notifications")}</Heading>
        {unread > 0 && (
          <Button onClick={() => void readAll()}>
            <CheckIcon />
            {t("news.read_all")}
          </Button>
        )}
      </header>
      {!isLoaded && <Placeholders />}
      {isLoaded && !list.length && <Empty of="plane" text={t("news.none")} />}
      <ol className={style.list}>
        {list.map((notice) => (
          <li key={notice.id}>
            <Item notice={notice} />
          </li>
        ))}
      </ol>
      {next && (
        <Button className={style.more} waiting={isLoading} onClick={() => void more()}>
          {t("news.more")}
        </Button>
      )}
      <Preferences />
    </>
  );
}

function Item({ notice }: { notice: Notice }) {
  const { t, i18n } = useTranslation();
  const { client } = useMember();
  const lessons = useStore(useLive().lessons, (state) => state.byId);
  const place = usePlace();
  const now = useNow(60_000);
  const words = wordsOf(notice, t, place, (id) => lessons.get(id)?.title);
  const isUnread = !notice.read_at;
  const read = () => {
    if (isUnread) call(client, "post", "/api/notifications/{id}/read/", { path: { id: notice.id } }).catch(() => {});
  };
  const lesson = typeof notice.data.lesson_id === "number" ? notice.data.lesson_id : undefined;
  return (
    <article className={`${style.item} ${isUnread ? style.unread : ""}`}>
      <p>
        {isUnread && <span className={style.dot} />}
        {isUnread && <span className="aside">{t("news.unread")}: </span>}
        {lesson === undefined ? (
          words
        ) : (
          <Link href={`/lessons/${lesson}`} onClick={read}>
            {words}
          </Link>
        )}
        <time className={style.ago} dateTime={notice.created_at}>
          {relative(notice.created_at, now, i18n.language)}
        </time>
      </p>
      {isUnread && (
        <Button kind="quiet" icon aria-label={t("news.read", { words })} onClick={read}>
          <CheckIcon />
        </Button>
      )}
    </article>
  );
}
