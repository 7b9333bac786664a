import { useTranslation } from "react-i18next";
import style from "./Splash.module.css";

/** Shown while something is fetched; only after a moment, so that it doesn't flicker. `isPart`: of a page that is there. */
export function Splash({ text, isPart = false }: { text?: string; isPart?: boolean }) {
  const { t } = useTranslation();
  const [Place, Words] = isPart ? (["div", "p"] as const) : (["main", "h1"] as const);
  return (
    <Place className={style.splash} aria-busy="true">
      <svg viewBox="0 0 64 64" aria-hidden="true">
        <path d="M6 47c9-30 17-34 20-28 4 8-12 26-4 27 8 2 13-23 20-23 5 0-1 19 3 20s7-2 10-10" pathLength={1} />
      </svg>
      <div role="status">
        <Words className={style.words}>{text ?? t("app.loading")}</Words>
      </div>
    </Place>
  );
}
