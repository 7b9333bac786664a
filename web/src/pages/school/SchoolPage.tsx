import { useTranslation } from "react-i18next";
import { Link, Route, Switch, useLocation } from "wouter";
import { NotFoundPage } from "../../app/NotFoundPage.tsx";
import { useMember } from "../../session/context.tsx";
import { Heading } from "../../ui/Heading.tsx";
import tabs from "../../ui/tabs.module.css";
import { MailsPage } from "./MailsPage.tsx";
import { PeoplePage } from "./PeoplePage.tsx";
import { StatusPage } from "./StatusPage.tsx";

const PLACES = [
  ["/school", "school.people"],
  ["/school/status", "school.status"],
  ["/school/mails", "school.mails"],
] as const;

/** What admins look after. */
export function SchoolPage() {
  const { t } = useTranslation();
  const { me } = useMember();
  const [path] = useLocation();
  if (me.role !== "admin") return <NotFoundPage />;
  return (
    <>
      <Heading>{t("nav.admin")}</Heading>
      <nav className={tabs.tabs} aria-label={t("nav.admin")}>
        {PLACES.map(([to, text]) => (
          <Link key={to} href={to} className={tabs.tab!} aria-current={path === to ? "page" : undefined}>
            {t(text)}
          </Link>
        ))}
      </nav>
      <Switch>
        <Route path="/school" component={PeoplePage} />
        <Route path="/school/status" component={StatusPage} />
        <Route path="/school/mails" component={MailsPage} />
      </Switch>
    </>
  );
}
