import { Button as AriaButton } from "react-aria-components/Button";
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components/Toast";
import { useTranslation } from "react-i18next";
import { buttonClass } from "./Button.tsx";
import { CheckIcon, CrossIcon, WarnIcon } from "./icons.tsx";
import style from "./toasts.module.css";

interface Word {
  text: string;
  tone: "good" | "bad";
}

const queue = new ToastQueue<Word>({ maxVisibleToasts: 3 });
const SECONDS = 6;

/** Say something in passing, at the edge of the screen; what failed stays until it is closed. */
export function say(text: string, tone: Word["tone"] = "good"): void {
  queue.add({ text, tone }, tone === "good" ? { timeout: SECONDS * 1000 } : {});
}

export function Toasts() {
  const { t } = useTranslation();
  return (
    <ToastRegion queue={queue} className={style.region!} aria-label={t("toast.region")}>
      {({ toast }) => (
        <Toast toast={toast} className={`${style.toast} ${style[toast.content.tone]}`}>
          {toast.content.tone === "good" ? <CheckIcon size={22} /> : <WarnIcon size={22} />}
          <ToastContent className={style.text}>{toast.content.text}</ToastContent>
          <AriaButton
            slot="close"
            className={buttonClass({ kind: "quiet", icon: true })}
            aria-label={t("action.close")}
          >
            <CrossIcon />
          </AriaButton>
        </Toast>
      )}
    </ToastRegion>
  );
}
