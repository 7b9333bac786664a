import { useTranslation } from "react-i18next";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import { agenda } from "../../state/agenda.ts";
import { useStore } from "../../state/store.ts";
import { longDay } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Empty } from "../../ui/Empty.tsx";
import { Heading } from "../../ui/Heading.tsx";
import { useNow } from "../../ui/useNow.ts";
import { DayName, greeting } from "./DayName.tsx";
import { Invitation } from "./Invitation.tsx";
import { LessonRow } from "./LessonRow.tsx";
import style from "./lessons.module.css";
import { OpenLesson } from "./OpenLesson.tsx";
import { Placeholders } from "./Placeholders.tsx";
import { useUpcoming } from "./useUpcoming.ts";

export function LessonsPage() {
  const { t } = useTranslation();
  const { me } = useMember();
  const place = usePlace();
  const now = useNow();
  const state = useStore(useLive().lessons);
  useUpcoming();
  const { invitations, open, days } = agenda(state.byId.values(), me.id, now, (at) => place.day(at));
  const isEmpty = !invitations.length && !open.length && !days.length;
  return (
    <>
      <header className={style.head}>
        <Heading>{t(greeting(now, place), { name: me.name.split(" ")[0] })}</Heading>
        <p className={style.date}>{longDay(now, place)}</p>
      </header>
      {!state.isLoaded && <Placeholders />}
      {state.isLoaded && isEmpty && (
        <Empty of="books" text={t(me.role === "student" ? "lessons.none_student" : "lessons.none_tutor")} />
      )}
      {open.map((lesson) => (
        <OpenLesson key={lesson.id} lesson={lesson} now={now} />
      ))}
      {invitations.map((lesson) => (
        <Invitation key={lesson.id} lesson={lesson} />
      ))}
      {days.map(({ day, lessons }) => (
        <section key={day} className={style.day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className={style.dayName}>
            <DayName at={lessons[0]!.starts_at} now={now} place={place} />
          </h2>
          <ol className={style.list}>
            {lessons.map((lesson) => (
              <li key={lesson.id}>
                <LessonRow lesson={lesson} now={now} />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}
