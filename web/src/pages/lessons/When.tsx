import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import tabs from "../../ui/tabs.module.css";

const PLACES = [
  ["/", "lessons.coming"],
  ["/past", "lessons.past"],
] as const;

/** Whether one looks ahead or back. */
export function When() {
  const { t } = useTranslation();
  const [path] = useLocation();
  return (
    <nav className={tabs.tabs} aria-label={t("lessons.when")}>
      {PLACES.map(([to, text]) => (
        <Link key={to} href={to} className={tabs.tab!} aria-current={path === to ? "page" : undefined}>
          {t(text)}
        </Link>
      ))}
    </nav>
  );
}
