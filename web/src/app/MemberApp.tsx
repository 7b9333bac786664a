import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { Link, Route, Switch } from "wouter";
import { LessonsPage } from "../pages/lessons/LessonsPage.tsx";
import { PastPage } from "../pages/lessons/PastPage.tsx";
import { NotificationsPage } from "../pages/notifications/NotificationsPage.tsx";
import { ProfilePage } from "../pages/profile/ProfilePage.tsx";
import { useMember } from "../session/context.tsx";
import { usePlace } from "../texts/usePlace.ts";
import { buttonClass } from "../ui/Button.tsx";
import { Toasts } from "../ui/toasts.tsx";
import { roomPage } from "./ahead.ts";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { FailedPage, FailedSheet } from "./Failed.tsx";
import { LiveProvider } from "./LiveContext.tsx";
import { type Failure, late } from "./late.tsx";
import { NewsToasts } from "./NewsToasts.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";
import { Script } from "./Script.ts";
import { Shell } from "./Shell.tsx";
import { Splash } from "./Splash.tsx";
import { useLanguage } from "./useLanguage.ts";

const schoolPage = new Script(async () => (await import("../pages/school/SchoolPage.tsx")).SchoolPage);
const SchoolPage = late(schoolPage, { Waiting: PageOnTheWay, Failed: FailedPage });
const RoomPage = late(roomPage, { Waiting: RoomOnTheWay, Failed: NoRoom });

/** All that members see. A room takes the whole window; the other pages stand in the shell. */
export function MemberApp() {
  const { me } = useMember();
  const { locale } = usePlace();
  useLanguage(me.locale);
  return (
    <I18nProvider locale={locale}>
      <LiveProvider>
        <NewsToasts />
        <Switch>
          <Route path="/lessons/:id">{({ id }) => <RoomPage key={id} lessonId={Number(id)} />}</Route>
          <Route>
            <ConnectionBanner />
            <Shell>
              <Switch>
                <Route path="/" component={LessonsPage} />
                <Route path="/past" component={PastPage} />
                <Route path="/notifications" component={NotificationsPage} />
                <Route path="/profile" component={ProfilePage} />
                <Route path="/school/*?" component={SchoolPage} />
                <Route component={NotFoundPage} />
              </Switch>
            </Shell>
          </Route>
        </Switch>
        <Toasts />
      </LiveProvider>
    </I18nProvider>
  );
}

function PageOnTheWay() {
  return <Splash of="page" />;
}

function RoomOnTheWay() {
  const { t } = useTranslation();
  return <Splash text={t("room.loading")} />;
}

function NoRoom({ failure }: { failure: Failure }) {
  const { t } = useTranslation();
  return (
    <FailedSheet failure={failure}>
      <Link href="/" className={buttonClass({ kind: "quiet", large: true })}>
        {t("app.to_lessons")}
      </Link>
    </FailedSheet>
  );
}
