import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import { type Agenda, agenda } from "../../state/agenda.ts";
import { useStore } from "../../state/store.ts";
import { daysBetween, longDay } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Heading } from "../../ui/Heading.tsx";
import { useNow } from "../../ui/useNow.ts";
import { DayName, greeting } from "./DayName.tsx";
import { Invitation } from "./Invitation.tsx";
import { LessonMenu } from "./LessonMenu.tsx";
import { LessonRow } from "./LessonRow.tsx";
import style from "./lessons.module.css";
import { OpenLesson } from "./OpenLesson.tsx";
import { Placeholders } from "./Placeholders.tsx";
import { PlanButton } from "./PlanButton.tsx";
import { useUpcoming } from "./useUpcoming.ts";
import { When } from "./When.tsx";

const WEEK = 7; // days that are shown at once

export function LessonsPage() {
  const { t } = useTranslation();
  const { me } = useMember();
  const place = usePlace();
  const now = useNow();
  const state = useStore(useLive().lessons);
  useUpcoming();
  const { invitations, open, days } = agenda(state.byId.values(), me.id, now, place.day);
  return (
    <>
      <header className={style.head}>
        <Heading>{t(greeting(now, place), { name: me.name.split(" ")[0] })}</Heading>
        <p className={style.date}>{longDay(now, place)}</p>
      </header>
      {open.map((lesson) => (
        <OpenLesson key={lesson.id} lesson={lesson} now={now} />
      ))}
      {invitations.map((lesson) => (
        <Invitation key={lesson.id} lesson={lesson} />
      ))}
      <div className={style.tools}>
        <When />
        {me.role !== "student" && <PlanButton />}
      </div>
      {state.isLoaded ? <Days days={days} isAlone={!open.length && !invitations.length} now={now} /> : <Placeholders />}
    </>
  );
}

/** Day by day; what is further away than a week comes when it is asked for. */
function Days({ days, isAlone, now }: { days: Agenda["days"]; isAlone: boolean; now: Date }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const place = usePlace();
  const [isWhole, showAll] = useState(false);
  const isNear = ({ lessons }: Agenda["days"][number]) => daysBetween(now, lessons[0]!.starts_at, place.zone) < WEEK;
  const shown = isWhole ? days : days.filter(isNear);
  const more = days.filter((day) => !shown.includes(day)).flatMap(({ lessons }) => lessons).length;
  if (!days.length && !isAlone) return <p>{t("lessons.nothing_else")}</p>;
  if (!days.length)
    return <Empty of="books" text={t(me.role === "student" ? "lessons.none_student" : "lessons.none_tutor")} />;
  return (
    <>
      {!shown.length && <p>{t("lessons.free_week")}</p>}
      {shown.map(({ day, lessons }) => (
        <section key={day} className={style.day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className={style.dayName}>
            <DayName at={lessons[0]!.starts_at} now={now} place={place} />
          </h2>
          <ol className={style.list}>
            {lessons.map((lesson) => (
              <li key={lesson.id}>
                <LessonRow lesson={lesson} now={now}>
                  <LessonMenu lesson={lesson} />
                </LessonRow>
              </li>
            ))}
          </ol>
        </section>
      ))}
      {more > 0 && (
        <Button className={style.more} onClick={() => showAll(true)}>
          {t("lessons.more", { count: more })}
        </Button>
      )}
    </>
  );
}
