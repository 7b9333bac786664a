import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { past } from "../../state/agenda.ts";
import { useStore } from "../../state/store.ts";
import { longDay } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Heading } from "../../ui/Heading.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { LessonRow } from "./LessonRow.tsx";
import style from "./lessons.module.css";
import { Placeholders } from "./Placeholders.tsx";
import { When } from "./When.tsx";

const STEP = 30 * 86_400_000; // milliseconds: how far each look reaches back

/** What was, the latest first; the room of each can still be looked at. */
export function PastPage() {
  const { t } = useTranslation();
  const live = useLive();
  const place = usePlace();
  const [now] = useState(() => new Date());
  const [steps, setSteps] = useState(0);
  const [error, setError] = useState<unknown>();
  const all = past(useStore(live.lessons).byId.values(), now);
  const look = useCallback(
    async (step: number) => {
      setError(undefined);
      const at = (n: number) => new Date(now.getTime() - n * STEP).toISOString();
      await live.loadLessons(at(step + 1), at(step)).then(() => setSteps(step + 1), setError);
    },
    [live, now],
  );
  useEffect(() => void look(0), [look]);
  return (
    <>
      <Heading>{t("lessons.past_title")}</Heading>
      <When />
      {error !== undefined && <Notice tone="bad">{problemOf(error, t).text}</Notice>}
      {steps === 0 && !error && <Placeholders />}
      {steps > 0 && !all.length && <Empty of="books" text={t("lessons.none_past")} />}
      <ol className={style.list}>
        {all.map((lesson) => (
          <li key={lesson.id}>
            <LessonRow lesson={lesson} now={now} day={longDay(lesson.starts_at, place)} />
          </li>
        ))}
      </ol>
      <Button className={style.more} onClick={() => void look(steps)}>
        {t("lessons.earlier")}
      </Button>
    </>
  );
}
