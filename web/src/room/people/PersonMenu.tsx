import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LessonMember } from "rtserver-client";
import { call } from "../../api/http.ts";
import { CrossIcon, EyeIcon, MoreIcon, PenIcon, PersonIcon } from "../../ui/icons.tsx";
import { type Choice, Menu } from "../../ui/Menu.tsx";
import { Question } from "../../ui/Question.tsx";
import { HandIcon } from "../icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import { useAct } from "./useAct.ts";

interface Props {
  member: LessonMember;
  hasHand: boolean;
  isIn: boolean;
}

/** What a tutor may do about somebody. */
export function PersonMenu({ member, hasHand, isIn }: Props) {
  const { t } = useTranslation();
  const { client, lesson, room } = useRoom();
  const { act } = useAct({ conflict: "people.last_tutor" });
  const [isAsking, ask] = useState(false);
  const { user_id, name, role, board } = member;
  const path = { id: lesson.id, user_id };
  const set = (body: { board: LessonMember["board"] } | { role: LessonMember["role"] }) =>
    void act(() => call(client, "patch", "/api/lessons/{id}/members/{user_id}/", { path, body }));
  const lower = () => void act(() => room.react({ userId: user_id, hand: false }));
  const other = role === "tutor" ? "student" : "tutor";
  const choices: (Choice | false)[] = [
    hasHand && { id: "hand", text: t("people.lower"), icon: <HandIcon />, onChoose: lower },
    isIn &&
      (board === "draw"
        ? { id: "view", text: t("people.let_view"), icon: <EyeIcon />, onChoose: () => set({ board: "view" }) }
        : { id: "draw", text: t("people.let_draw"), icon: <PenIcon />, onChoose: () => set({ board: "draw" }) }),
    { id: "role", text: t(`people.make.${other}`), icon: <PersonIcon />, onChoose: () => set({ role: other }) },
    { id: "out", text: t("people.take_out"), icon: <CrossIcon />, isDangerous: true, onChoose: () => ask(true) },
  ];
  return (
    <>
      <Menu
        icon
        label={t("people.menu", { name })}
        button={<MoreIcon />}
        choices={choices.filter((choice) => choice !== false)}
      />
      {isAsking && <TakeOutDialog member={member} onClose={() => ask(false)} />}
    </>
  );
}

function TakeOutDialog({ member, onClose }: { member: LessonMember; onClose: () => void }) {
  const { t } = useTranslation();
  const { client, lesson } = useRoom();
  const { isBusy, act } = useAct({ conflict: "people.last_tutor" });
  const { user_id, name } = member;
  const path = { id: lesson.id, user_id };
  const remove = async () => {
    if (await act(() => call(client, "delete", "/api/lessons/{id}/members/{user_id}/", { path }))) onClose();
  };
  return (
    <Question
      title={t("people.take_out_title", { name })}
      go={t("people.take_out")}
      isBusy={isBusy}
      onGo={() => void remove()}
      onClose={onClose}
    >
      <p>{t("people.take_out_text")}</p>
    </Question>
  );
}
