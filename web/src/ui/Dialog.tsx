import type { ReactNode } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";
import style from "./Dialog.module.css";
import { Escape } from "./Escape.tsx";
import { CrossIcon } from "./icons.tsx";

interface Props {
  title: string;
  onClose: () => void;
  /** A question that has to be answered: it isn't closed by a click beside it. */
  isQuestion?: boolean;
  children: ReactNode;
}

/** A sheet over the page; it is there for as long as it is rendered. */
export function Dialog({ title, onClose, isQuestion = false, children }: Props) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      className={style.veil!}
      isOpen
      isDismissable={!isQuestion}
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Modal className={style.modal!}>
        <Escape />
        <AriaDialog className={style.dialog!} role={isQuestion ? "alertdialog" : "dialog"}>
          <header className={style.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button kind="quiet" icon aria-label={t("action.close")} onClick={onClose}>
              <CrossIcon />
            </Button>
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
