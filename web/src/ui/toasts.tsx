import { Button as AriaButton } from "react-aria-components/Button";
import { Text } from "react-aria-components/Text";
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components/Toast";
import { useTranslation } from "react-i18next";
import { buttonClass } from "./Button.tsx";
import { BellIcon, CheckIcon, CrossIcon, WarnIcon } from "./icons.tsx";
import style from "./toasts.module.css";

interface Word {
  text: string;
  /** One's own deed has been done, or not; or somebody else's is told. */
  tone: "good" | "bad" | "news";
  /** What can be done about it, which closes it. */
  deed?: Deed | undefined;
}

interface Deed {
  name: string;
  act: () => void;
}

const ICONS = { good: CheckIcon, bad: WarnIcon, news: BellIcon };

const queue = new ToastQueue<Word>({ maxVisibleToasts: 3 });
const SECONDS = 6;

/** Say something in passing, at the edge of the screen; what failed stays until it is closed. */
export function say(text: string, tone: Word["tone"] = "good", deed?: Deed): void {
  queue.add({ text, tone, deed }, tone === "bad" ? {} : { timeout: SECONDS * 1000 });
}

export function Toasts() {
  const { t } = useTranslation();
  return (
    <ToastRegion queue={queue} className={style.region!} aria-label={t("toast.region")}>
      {({ toast }) => (
        <Toast toast={toast} className={`${style.toast} ${style[toast.content.tone]}`}>
          <ToneIcon tone={toast.content.tone} />
          <ToastContent className={style.text}>
            <Text slot="title">{toast.content.text}</Text>
            {toast.content.deed && <DeedButton deed={toast.content.deed} onClose={() => queue.close(toast.key)} />}
          </ToastContent>
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

function DeedButton({ deed, onClose }: { deed: Deed; onClose: () => void }) {
  const press = () => {
    onClose();
    deed.act();
  };
  return (
    <AriaButton className={buttonClass()} onPress={press}>
      {deed.name}
    </AriaButton>
  );
}

function ToneIcon({ tone }: { tone: Word["tone"] }) {
  const Icon = ICONS[tone];
  return <Icon size={22} />;
}
