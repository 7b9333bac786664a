import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Lesson } from "rtserver-client";
import { Link, useLocation } from "wouter";
import { call } from "../api/http.ts";
import { problemOf } from "../api/problem.ts";
import type { Door as DoorState } from "../state/room.ts";
import { clock, longDay } from "../texts/times.ts";
import { usePlace } from "../texts/usePlace.ts";
import { Button, buttonClass } from "../ui/Button.tsx";
import { Doodle } from "../ui/Doodle.tsx";
import { Heading } from "../ui/Heading.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { say } from "../ui/toasts.tsx";
import type { Classroom } from "./Classroom.ts";

type Shut = Exclude<DoorState, "loading" | "open">;

const DRAWINGS = { missing: "plane", outside: "books", invited: "books", gone: "cloud" } as const;

/** Why one isn't in the room, and what to do. */
export function Door({ classroom, door }: { classroom: Classroom; door: Shut }) {
  const { t } = useTranslation();
  const { lesson } = classroom.store.get();
  return (
    <Sheet>
      <Doodle of={DRAWINGS[door]} />
      <Heading>{door === "invited" ? lesson!.title : t(`door.${door}.title`)}</Heading>
      <p role={door === "gone" ? "alert" : undefined}>{t(`door.${door}.text`)}</p>
      {door === "invited" && <Answers classroom={classroom} lesson={lesson!} />}
      <Link href="/" className={buttonClass({ kind: door === "invited" ? "quiet" : "primary", large: true })}>
        {t("app.to_lessons")}
      </Link>
    </Sheet>
  );
}

/** One is invited: to come in, say so. */
function Answers({ classroom, lesson }: { classroom: Classroom; lesson: Lesson }) {
  const { t } = useTranslation();
  const place = usePlace();
  const [, navigate] = useLocation();
  const [answer, setAnswer] = useState<"accept" | "decline">();
  const send = async (given: "accept" | "decline") => {
    setAnswer(given);
    try {
      await call(classroom.client, "post", `/api/lessons/{id}/${given}/`, { path: { id: lesson.id } });
      if (given === "accept") return await classroom.load();
      navigate("/");
    } catch (error) {
      say(problemOf(error, t).text, "bad");
      setAnswer(undefined);
    }
  };
  const [from, until] = [clock(lesson.starts_at, place), clock(lesson.ends_at, place)];
  return (
    <>
      <p>
        <strong>{t("lesson.when", { day: longDay(lesson.starts_at, place), from, until })}</strong>
      </p>
      <Button kind="primary" large waiting={answer === "accept"} onClick={() => send("accept")}>
        {t("lesson.accept")}
      </Button>
      <Button large waiting={answer === "decline"} onClick={() => send("decline")}>
        {t("lesson.decline")}
      </Button>
    </>
  );
}
