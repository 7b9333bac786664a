import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { clock } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { save } from "../../ui/save.ts";
import { useRoom } from "../RoomContext.tsx";
import style from "./AttendanceDialog.module.css";
import { useAct } from "./useAct.ts";

type Attendee = Schema<"AttendeeView">;

/** Who was in the room, and when. */
export function AttendanceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { client, lesson } = useRoom();
  const { isBusy, act } = useAct();
  const { people, problem } = useAttendance();
  const download = () =>
    act(async () => {
      const table = await client.http<Blob>("GET", `/api/lessons/${lesson.id}/attendance/?format=csv`);
      const url = URL.createObjectURL(table);
      save(url, `attendance-${lesson.id}.csv`);
      setTimeout(() => URL.revokeObjectURL(url), 10_000); // once the browser has it
    });
  return (
    <Dialog title={t("people.attendance")} onClose={onClose}>
      {problem !== undefined && <Notice tone="bad">{problemOf(problem, t).text}</Notice>}
      {people && (people.length ? <Table people={people} /> : <p>{t("people.nobody_came")}</p>)}
      <p className={style.hint}>{t("people.attendance_hint")}</p>
      <Button waiting={isBusy} onClick={() => void download()}>
        {t("people.csv")}
      </Button>
    </Dialog>
  );
}

function useAttendance() {
  const { client, lesson } = useRoom();
  const [people, setPeople] = useState<Attendee[]>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const path = { id: lesson.id };
    call(client, "get", "/api/lessons/{id}/attendance/", { path }).then(
      ({ results }) => setPeople(results),
      setProblem,
    );
  }, [client, lesson.id]);
  return { people, problem };
}

function Table({ people }: { people: Attendee[] }) {
  const { t } = useTranslation();
  const place = usePlace();
  const time = (at: string | null) => (at ? clock(at, place) : t("people.still_here"));
  return (
    <table className={style.table}>
      <thead>
        <tr>
          <th scope="col">{t("people.who")}</th>
          <th scope="col">{t("people.from_until")}</th>
          <th scope="col" className={style.minutes}>
            {t("people.minutes")}
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map(({ user_id, name, stays, seconds }) => (
          <tr key={user_id}>
            <th scope="row">{name}</th>
            <td>
              {stays.map(({ entered_at, left_at }) => (
                <span key={entered_at} className={style.stay}>
                  {time(entered_at)}–{time(left_at)}
                </span>
              ))}
            </td>
            <td className={style.minutes}>{Math.round(seconds / 60)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
