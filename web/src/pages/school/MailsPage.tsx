import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { shortTime } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Empty } from "../../ui/Empty.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Placeholders } from "../lessons/Placeholders.tsx";
import style from "./school.module.css";
import { useLoaded } from "./useLoaded.ts";

/** Mails that didn't arrive, and what the other side said. */
export function MailsPage() {
  const { t } = useTranslation();
  const { client } = useMember();
  const place = usePlace();
  const load = useCallback(
    () => call(client, "get", "/api/admin/outbox/", { query: { state: "dead", limit: 100 } }),
    [client],
  );
  const { value, error } = useLoaded(load);
  if (error !== undefined) return <Notice tone="bad">{problemOf(error, t).text}</Notice>;
  if (!value) return <Placeholders />;
  if (!value.results.length) return <Empty of="plane" text={t("mails.none")} />;
  return (
    <>
      <p>{t("mails.text")}</p>
      <ul className={style.rows}>
        {value.results.map((mail) => (
          <li key={mail.id} className={style.row}>
            <span className={style.who}>
              {mail.email}
              <span className={style.more}>
                {t(`event.${mail.event}`, { defaultValue: mail.event })} · {shortTime(mail.created_at, place)}
              </span>
            </span>
            <code>{mail.last_error ?? t("mails.no_answer")}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
