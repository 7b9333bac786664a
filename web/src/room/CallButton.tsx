import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/http.ts";
import { problemOf } from "../api/problem.ts";
import { useSchool } from "../school/context.tsx";
import { Button } from "../ui/Button.tsx";
import { say } from "../ui/toasts.tsx";
import { CallIcon } from "./icons.tsx";
import { useRoom } from "./RoomContext.tsx";

/** The way to the lesson's video call, in a window of its own. */
export function CallButton({ isSmall }: { isSmall: boolean }) {
  const { t } = useTranslation();
  const { client, lesson, isReadOnly, isTutor } = useRoom();
  const { calls } = useSchool();
  const [isAsking, setAsking] = useState(false);
  if (!calls || isReadOnly) return null;
  const join = async () => {
    setAsking(true);
    const opened = window.open("about:blank"); // at once: a browser blocks what opens later
    if (opened) opened.opener = null;
    try {
      const { url } = await call(client, "get", "/api/lessons/{id}/call/", { path: { id: lesson.id } });
      if (opened) opened.location.href = url;
      else say(t("call.blocked"), "bad");
    } catch (error) {
      opened?.close();
      say(problemOf(error, t, { conflict: isTutor ? "call.closed" : "call.no_tutor" }).text, "bad");
    }
    setAsking(false);
  };
  return (
    <Button
      icon={isSmall}
      aria-label={isSmall ? t("call.join") : undefined}
      title={t("call.join")}
      waiting={isAsking}
      onClick={join}
    >
      {!isAsking && <CallIcon />}
      {!isSmall && t("call.name")}
    </Button>
  );
}
