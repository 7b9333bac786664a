import { useTranslation } from "react-i18next";
import style from "./lessons.module.css";

/** The places of lessons that aren't loaded yet, as high as they will be. */
export function Placeholders({ count = 3 }: { count?: number }) {
  const { t } = useTranslation();
  return (
    <div className={style.list} aria-busy="true">
      <p className="aside" role="status">
        {t("app.loading")}
      </p>
      {Array.from({ length: count }, (_, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={n} className={`${style.row} ${style.placeholder}`} aria-hidden="true" />
      ))}
    </div>
  );
}
