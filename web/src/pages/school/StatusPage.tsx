import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { relative } from "../../texts/times.ts";
import { Notice } from "../../ui/Notice.tsx";
import { useNow } from "../../ui/useNow.ts";
import { Placeholders } from "../lessons/Placeholders.tsx";
import style from "./school.module.css";
import { useLoaded } from "./useLoaded.ts";

const EVERY = 10_000; // milliseconds

/** How the server is doing, as far as a school's office needs to know. */
export function StatusPage() {
  const { t, i18n } = useTranslation();
  const { client } = useMember();
  const now = useNow();
  const load = useCallback(() => call(client, "get", "/api/admin/status/"), [client]);
  const { value, error } = useLoaded(load, EVERY);
  if (error !== undefined && !value) return <Notice tone="bad">{problemOf(error, t).text}</Notice>;
  if (!value) return <Placeholders count={2} />;
  const since = new Date(now.getTime() - value.uptime * 1000);
  return (
    <dl className={style.figures}>
      <Figure name={t("status.online")} value={value.online} />
      <Figure name={t("status.connections")} value={value.connections} />
      <Figure name={t("status.due")} value={value.mails.due} />
      <Figure name={t("status.dead")} value={value.mails.dead} isBad={value.mails.dead > 0} to="/school/mails" />
      <Figure name={t("status.since")} value={relative(since, now, i18n.language)} />
      <Figure name={t("status.version")} value={value.version} />
    </dl>
  );
}

interface FigureProps {
  name: string;
  value: string | number;
  isBad?: boolean;
  to?: string;
}

function Figure({ name, value, isBad = false, to }: FigureProps) {
  return (
    <div className={`${style.figure} ${isBad ? style.bad : ""}`}>
      <dt>{to && isBad ? <Link href={to}>{name}</Link> : name}</dt>
      <dd className={style.value}>{value}</dd>
    </div>
  );
}
