import { useLocation } from "wouter";
import { PasswordPage } from "../pages/sign_in/PasswordPage.tsx";
import { SignInPage } from "../pages/sign_in/SignInPage.tsx";
import { useSession } from "../session/context.tsx";
import { useStore } from "../state/store.ts";
import { memberApp } from "./ahead.ts";
import { FailedSheet } from "./Failed.tsx";
import { late } from "./late.tsx";
import { OfflinePage } from "./OfflinePage.tsx";
import { Splash } from "./Splash.tsx";

const MemberApp = late(memberApp, { Waiting: Splash, Failed: FailedSheet });

export function App() {
  const who = useStore(useSession().who);
  const [path] = useLocation();
  if (path === "/password") return <PasswordPage />;
  if (who.kind === "starting") return <Splash />;
  if (who.kind === "offline") return <OfflinePage />;
  if (who.kind === "guest") return <SignInPage />;
  return <MemberApp key={who.login} />;
}
