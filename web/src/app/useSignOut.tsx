import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { problemOf } from "../api/problem.ts";
import { useSession } from "../session/context.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import forms from "../ui/forms.module.css";
import { say } from "../ui/toasts.tsx";

interface SignOut {
  /** End this login, or everywhere all of one's logins. */
  signOut: (everywhere: boolean) => Promise<void>;
  /** Asked before anything is lost that the server doesn't have yet. */
  question: ReactNode;
}

export function useSignOut(): SignOut {
  const { t } = useTranslation();
  const session = useSession();
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<{ everywhere: boolean; count: number }>();
  const leave = (everywhere: boolean) =>
    session.signOut({ everywhere }).then(
      () => navigate("/"),
      (error) => say(problemOf(error, t).text, "bad"),
    );
  const signOut = async (everywhere: boolean) => {
    const count = await session.unstored();
    if (count) setAsked({ everywhere, count });
    else await leave(everywhere);
  };
  const close = () => setAsked(undefined);
  const question = asked && (
    <Dialog title={t("sign_out.title")} isQuestion onClose={close}>
      <p>{t("sign_out.unstored", { count: asked.count })}</p>
      <div className={forms.row}>
        <Button kind="danger" onClick={() => void leave(asked.everywhere)}>
          {t("sign_out.anyway")}
        </Button>
        <Button onClick={close}>{t("sign_out.stay")}</Button>
      </div>
    </Dialog>
  );
  return { signOut, question };
}
