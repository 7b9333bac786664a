import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import type { Me } from "../../session/session.ts";
import { Notice } from "../../ui/Notice.tsx";
import { Question } from "../../ui/Question.tsx";

interface Props {
  person: Me;
  onDone: (person: Me) => void;
  onClose: () => void;
}

/** Asks before somebody is signed out everywhere, and can't come in any more. */
export function LockOutDialog({ person, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const { client } = useMember();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const lockOut = async () => {
    setBusy(true);
    try {
      const request = { path: { id: person.id }, body: { is_active: false } };
      onDone(await call(client, "patch", "/api/users/{id}/", request));
      onClose();
    } catch (error) {
      setProblem(problemOf(error, t, { conflict: "everyone.last_admin" }).text);
      setBusy(false);
    }
  };
  return (
    <Question
      title={t("everyone.lock_out_title", { name: person.name })}
      go={t("everyone.deactivate")}
      isBusy={isBusy}
      onGo={() => void lockOut()}
      onClose={onClose}
    >
      <p>{t("everyone.lock_out_text")}</p>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </Question>
  );
}
