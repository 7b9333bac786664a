import type { ReactNode } from "react";
import { CheckIcon, InfoIcon, WarnIcon } from "./icons.tsx";
import style from "./Notice.module.css";

type Tone = "bad" | "good" | "info";

const ICONS = { bad: WarnIcon, good: CheckIcon, info: InfoIcon };

/** A sentence or two that matter now; `bad` is read out at once. */
export function Notice({ tone = "info", children }: { tone?: Tone; children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <div className={`${style.notice} ${style[tone]}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon size={22} />
      <div>{children}</div>
    </div>
  );
}
