import { lazy, Suspense, useEffect } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { Route, Switch } from "wouter";
import { LessonsPage } from "../pages/lessons/LessonsPage.tsx";
import { PastPage } from "../pages/lessons/PastPage.tsx";
import { NotificationsPage } from "../pages/notifications/NotificationsPage.tsx";
import { ProfilePage } from "../pages/profile/ProfilePage.tsx";
import { useMember } from "../session/context.tsx";
import { speak } from "../texts/i18n.ts";
import { languageOf } from "../texts/languages.ts";
import { usePlace } from "../texts/usePlace.ts";
import { Toasts } from "../ui/toasts.tsx";
import { loadRoom } from "./ahead.ts";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { LiveProvider } from "./LiveContext.tsx";
import { NewsToasts } from "./NewsToasts.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";
import { Shell } from "./Shell.tsx";
import { Splash } from "./Splash.tsx";

const SchoolPage = lazy(() => import("../pages/school/SchoolPage.tsx"));
const RoomPage = lazy(loadRoom);

/** All that members see. A room takes the whole window; the other pages stand in the shell. */
export function MemberApp() {
  const { me } = useMember();
  const { t } = useTranslation();
  const { locale } = usePlace();
  useEffect(() => void speak(languageOf(me.locale) ?? "en"), [me.locale]);
  return (
    <I18nProvider locale={locale}>
      <LiveProvider>
        <NewsToasts />
        <Suspense fallback={<Splash />}>
          <Switch>
            <Route path="/lessons/:id">
              {({ id }) => (
                <Suspense fallback={<Splash text={t("room.loading")} />}>
                  <RoomPage key={id} lessonId={Number(id)} />
                </Suspense>
              )}
            </Route>
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
        </Suspense>
        <Toasts />
      </LiveProvider>
    </I18nProvider>
  );
}
