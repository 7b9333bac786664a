import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { say } from "../../ui/toasts.tsx";

/** Do one thing at a time; what fails is told. */
export function useAct(words?: Partial<Record<string, string>>) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      return true;
    } catch (error) {
      say(problemOf(error, t, words).text, "bad");
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, act };
}
