import i18next from "i18next";
import { useEffect } from "react";
import { speak } from "../texts/i18n.ts";
import { languageOf } from "../texts/languages.ts";
import { say } from "../ui/toasts.tsx";
import { STUBBORN } from "./Failed.tsx";

/** Speak a member's language; where its words don't come the page stays in the one before, and a toast says so. */
export function useLanguage(locale: string): void {
  useEffect(() => {
    let count = 0;
    let isWished = true;
    const turn = () => void speak(languageOf(locale) ?? "en").catch(() => isWished && fail());
    const fail = () => {
      count += 1;
      say(i18next.t("app.language_not_come"), "bad", wayOn(count, turn));
    };
    turn();
    return () => {
      isWished = false;
    };
  }, [locale]);
}

function wayOn(count: number, again: () => void) {
  if (count < STUBBORN) return { name: i18next.t("app.again"), act: again };
  return { name: i18next.t("app.reload"), act: () => location.reload() };
}
