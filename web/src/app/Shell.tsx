import type { ComponentType, ReactNode } from "react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useMember } from "../session/context.tsx";
import { useStore } from "../state/store.ts";
import { Count } from "../ui/Count.tsx";
import { BellIcon, BookIcon, SchoolIcon } from "../ui/icons.tsx";
import { SchoolMark } from "../ui/SchoolMark.tsx";
import { useLive } from "./LiveContext.tsx";
import { ProfileMenu } from "./ProfileMenu.tsx";
import style from "./Shell.module.css";

/** The frame of all pages but the room: the school, the way to the pages, oneself. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const content = useFocusOnNewPage();
  return (
    <>
      <a className={style.skip} href="#content">
        {t("app.skip")}
      </a>
      <header className={style.bar}>
        <Link href="/" className={style.school!}>
          <SchoolMark />
        </Link>
        <Pages />
        <ProfileMenu />
      </header>
      <main className={style.content} id="content" ref={content} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Pages() {
  const { t } = useTranslation();
  const { me } = useMember();
  const unread = useStore(useLive().notices, (state) => state.unread);
  return (
    <nav className={style.pages} aria-label={t("nav.main")}>
      <PageLink to="/" icon={BookIcon} text={t("nav.lessons")} />
      <PageLink to="/notifications" icon={BellIcon} text={t("nav.notifications")} count={unread} />
      {me.role === "admin" && <PageLink to="/school" icon={SchoolIcon} text={t("nav.admin")} />}
    </nav>
  );
}

interface PageLinkProps {
  to: string;
  icon: ComponentType<{ size?: number }>;
  text: string;
  count?: number;
}

function PageLink({ to, icon: Icon, text, count = 0 }: PageLinkProps) {
  const { t } = useTranslation();
  const [path] = useLocation();
  const isHere = to === "/" ? path === "/" : path.startsWith(to);
  return (
    <Link href={to} className={style.page!} aria-current={isHere ? "page" : undefined}>
      <span className={style.pageIcon}>
        <Icon />
        {count > 0 && <Count count={count > 99 ? "99+" : count} isAtCorner />}
      </span>
      <span>{text}</span>
      {count > 0 && <span className="aside">{t("nav.unread", { count })}</span>}
    </Link>
  );
}

/** Whoever listens to a screen reader hears that the page has changed, by its heading. */
function useFocusOnNewPage() {
  const [path] = useLocation();
  const content = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    scrollTo(0, 0);
    (content.current?.querySelector("h1") ?? content.current)?.focus({ preventScroll: true });
  }, [path]);
  return content;
}
