import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import type { Lesson, Member } from "../../state/lessons.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Field.tsx";
import { CrossIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Question } from "../../ui/Question.tsx";
import { type Invitee, PeoplePicker } from "./PeoplePicker.tsx";
import { idOf } from "./PlanDialog.tsx";
import style from "./RosterDialog.module.css";

/** Who is in a lesson: invite, and take out. */
export function RosterDialog({ lesson, onClose }: { lesson: Lesson; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useMember();
  const live = useLive();
  const [role, setRole] = useState<Member["role"]>("student");
  const [problem, setProblem] = useState<string>();
  const [leaving, setLeaving] = useState<Member>();
  const [isBusy, setBusy] = useState(false);
  const change = async (work: Promise<unknown>) => {
    setProblem(undefined);
    try {
      await work;
      await live.refresh(lesson.id);
    } catch (error) {
      setProblem(problemOf(error, t, { bad_request: "people.unknown", conflict: "people.last_tutor" }).text);
    }
  };
  const path = { id: lesson.id };
  const invite = (person: Invitee) =>
    change(call(client, "post", "/api/lessons/{id}/members/", { path, body: { ...idOf(person), role } }));
  const remove = async ({ user_id }: Member) => {
    setBusy(true);
    await change(call(client, "delete", "/api/lessons/{id}/members/{user_id}/", { path: { ...path, user_id } }));
    setBusy(false);
    setLeaving(undefined);
  };
  if (leaving)
    return (
      <Question
        title={t("people.take_out_title", { name: leaving.name })}
        go={t("people.take_out")}
        isBusy={isBusy}
        onGo={() => void remove(leaving)}
        onClose={() => setLeaving(undefined)}
      >
        <p>{t("people.take_out_text")}</p>
      </Question>
    );
  return (
    <Dialog title={t("people.title", { title: lesson.title })} onClose={onClose}>
      <ul className={style.people}>
        {lesson.members.map((member) => (
          <Person key={member.user_id} member={member} onRemove={() => setLeaving(member)} />
        ))}
      </ul>
      {problem && <Notice tone="bad">{problem}</Notice>}
      <div className={style.invite}>
        <PeoplePicker known={lesson.members.map(({ user_id }) => user_id)} onPick={(person) => void invite(person)} />
        <Select label={t("people.as")} value={role} onChange={(event) => setRole(event.target.value as Member["role"])}>
          <option value="student">{t("role.student")}</option>
          <option value="tutor">{t("role.tutor")}</option>
        </Select>
      </div>
    </Dialog>
  );
}

function Person({ member, onRemove }: { member: Member; onRemove: () => void }) {
  const { t } = useTranslation();
  const { name, role, state } = member;
  return (
    <li className={style.person}>
      <Avatar id={member.user_id} name={name} />
      <span className={style.name}>
        {name}
        <span className={style.standing}>
          {t(`role.${role}`)}
          {state === "invited" && ` · ${t("state.invited")}`}
        </span>
      </span>
      <Button kind="quiet" icon aria-label={t("people.remove", { name })} onClick={onRemove}>
        <CrossIcon />
      </Button>
    </li>
  );
}
