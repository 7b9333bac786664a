import { useTranslation } from "react-i18next";
import style from "./Splash.module.css";

// A page in the shell has its heading focused, and so hands the focus on to what comes.
const WAYS = {
  window: { Place: "main", Words: "h1", tabIndex: undefined },
  page: { Place: "div", Words: "h1", tabIndex: -1 },
  part: { Place: "div", Words: "p", tabIndex: undefined },
} as const;

/** Shown while something is fetched; only after a moment, so that it doesn't flicker. */
export function Splash({ text, of = "window" }: { text?: string; of?: keyof typeof WAYS }) {
  const { t } = useTranslation();
  const { Place, Words, tabIndex } = WAYS[of];
  return (
    <Place className={style.splash} aria-busy="true">
      <svg viewBox="0 0 64 64" aria-hidden="true">
        <path d="M6 47c9-30 17-34 20-28 4 8-12 26-4 27 8 2 13-23 20-23 5 0-1 19 3 20s7-2 10-10" pathLength={1} />
      </svg>
      <div role="status">
        <Words className={style.words} tabIndex={tabIndex}>
          {text ?? t("app.loading")}
        </Words>
      </div>
    </Place>
  );
}
