import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import type { Lesson } from "../../state/lessons.ts";
import { clock, longDay } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { CheckIcon } from "../../ui/icons.tsx";
import { say } from "../../ui/toasts.tsx";
import style from "./lessons.module.css";
import { People } from "./parts.tsx";

/** A lesson that one is invited to, to be accepted or declined. */
export function Invitation({ lesson }: { lesson: Lesson }) {
  const { t } = useTranslation();
  const place = usePlace();
  const live = useLive();
  const { client } = useMember();
  const [answer, setAnswer] = useState<"accept" | "decline">();
  const send = async (given: "accept" | "decline") => {
    setAnswer(given);
    try {
      await call(client, "post", `/api/lessons/{id}/${given}/`, { path: { id: lesson.id } });
      if (given === "accept") await live.refresh(lesson.id);
      else live.lessons.send({ type: "gone", id: lesson.id });
      say(t(given === "accept" ? "lesson.accepted" : "lesson.declined", { title: lesson.title }));
    } catch (error) {
      say(problemOf(error, t).text, "bad");
      setAnswer(undefined);
    }
  };
  const title = `invitation-${lesson.id}`;
  return (
    <article className={style.invitation} aria-labelledby={title}>
      <div className={style.what}>
        <p className={style.mark}>{t("lesson.invitation")}</p>
        <h2 id={title} className={style.title}>
          {lesson.title}
        </h2>
        <p>
          {t("lesson.when", {
            day: longDay(lesson.starts_at, place),
            from: clock(lesson.starts_at, place),
            until: clock(lesson.ends_at, place),
          })}
        </p>
        <People lesson={lesson} />
      </div>
      <div className={style.answers}>
        <Button kind="primary" waiting={answer === "accept"} aria-describedby={title} onClick={() => send("accept")}>
          <CheckIcon />
          {t("lesson.accept")}
        </Button>
        <Button waiting={answer === "decline"} aria-describedby={title} onClick={() => send("decline")}>
          {t("lesson.decline")}
        </Button>
      </div>
    </article>
  );
}
