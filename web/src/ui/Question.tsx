import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import forms from "./forms.module.css";

interface Props {
  title: string;
  /** What is done once that is answered with yes, as its button says it. */
  go: string;
  isBusy: boolean;
  onGo: () => void;
  onClose: () => void;
  /** What follows from it. */
  children: ReactNode;
}

/** Asks before something is done that others feel at once. */
export function Question({ title, go, isBusy, onGo, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} isQuestion onClose={onClose}>
      {children}
      <div className={forms.row}>
        <Button kind="danger" waiting={isBusy} onClick={onGo}>
          {go}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </Dialog>
  );
}
