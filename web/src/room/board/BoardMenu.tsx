import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { lateDialog } from "../../app/lateDialog.tsx";
import { useMember } from "../../session/context.tsx";
import { BookIcon, ClockIcon, EyeIcon, MoreIcon, PenIcon } from "../../ui/icons.tsx";
import { type Choice, Menu } from "../../ui/Menu.tsx";
import { save } from "../../ui/save.ts";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";
import type { Api } from "./excalidraw.ts";
import { PictureIcon, PrintIcon, SaveIcon } from "./icons.tsx";
import { OutlineDialog } from "./OutlineDialog.tsx";
import { printBoard, saveBoard } from "./save.ts";
import { useAuthors } from "./useAuthors.ts";

const HistoryDialog = lateDialog(async () => (await import("./HistoryDialog.tsx")).HistoryDialog);

/** What there is to do with the board as a whole; tutors have more of it. */
export function BoardMenu({ api }: { api: Api }) {
  const { t } = useTranslation();
  const { lesson, isTutor } = useRoom();
  const authors = useAuthors();
  const tutors = useTutorChoices();
  const [open, setOpen] = useState<"outline" | "history">();
  const tell = (work: Promise<void>) => work.catch((error) => say(problemOf(error, t).text, "bad"));
  const choices: Choice[] = [
    ...tutors,
    ...(isTutor
      ? [{ id: "history", text: t("board.history"), icon: <ClockIcon />, onChoose: () => setOpen("history") }]
      : []),
    { id: "outline", text: t("board.outline"), icon: <BookIcon />, onChoose: () => setOpen("outline") },
    {
      id: "png",
      text: t("board.png"),
      icon: <PictureIcon />,
      onChoose: () => tell(saveBoard(api, lesson.title, "png")),
    },
    { id: "svg", text: t("board.svg"), icon: <SaveIcon />, onChoose: () => tell(saveBoard(api, lesson.title, "svg")) },
    { id: "print", text: t("board.print"), icon: <PrintIcon />, onChoose: () => tell(printBoard(api)) },
    ...useArchive(),
  ];
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu label={t("board.menu")} icon button={<MoreIcon />} choices={choices} />
      {open === "outline" && <OutlineDialog api={api} authors={authors} onClose={close} />}
      {open === "history" && <HistoryDialog api={api} onClose={close} />}
    </>
  );
}

/** Who draws, and whom all follow: while the lesson isn't cancelled. */
function useTutorChoices(): Choice[] {
  const { t } = useTranslation();
  const { me } = useMember();
  const { client, lesson, room, isTutor, isReadOnly, lead } = useRoom();
  if (!isTutor || isReadOnly) return [];
  const tell = (work: Promise<unknown>) => work.catch((error) => say(problemOf(error, t).text, "bad"));
  const students = lesson.members.filter(({ role }) => role === "student");
  const isQuiet = students.length > 0 && students.every(({ board }) => board === "view");
  const board = isQuiet ? "draw" : "view";
  const allow = () =>
    tell(call(client, "patch", "/api/lessons/{id}/members/", { path: { id: lesson.id }, body: { board } }));
  const isLeading = lead === me.id;
  const follow = () => tell(room.lead(!isLeading));
  return [
    { id: "lead", text: t(isLeading ? "lead.stop" : "lead.start"), icon: <EyeIcon />, onChoose: follow },
    { id: "draw", text: t(isQuiet ? "board.all_draw" : "board.tutors_draw"), icon: <PenIcon />, onChoose: allow },
  ];
}

/** All of the lesson as a ZIP, for its tutors. */
function useArchive(): Choice[] {
  const { t } = useTranslation();
  const { client, lesson, isTutor } = useRoom();
  if (!isTutor) return [];
  const fetchIt = async () => {
    try {
      const path = { id: lesson.id };
      const { ticket } = await call(client, "post", "/api/lessons/{id}/archive/tickets/", { path });
      save(`/api/lessons/${lesson.id}/archive/?ticket=${encodeURIComponent(ticket)}`, "");
    } catch (error) {
      say(problemOf(error, t).text, "bad");
    }
  };
  return [{ id: "archive", text: t("board.archive"), icon: <SaveIcon />, onChoose: fetchIt }];
}
