import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/context.tsx";
import { Button } from "../ui/Button.tsx";
import { Doodle } from "../ui/Doodle.tsx";
import { Heading } from "../ui/Heading.tsx";
import { Sheet } from "../ui/Sheet.tsx";

const AGAIN = 5_000; // milliseconds

/** The server couldn't be asked who is here; tried again until it can. */
export function OfflinePage() {
  const { t } = useTranslation();
  const session = useSession();
  useEffect(() => {
    const retry = () => void session.start();
    const timer = setInterval(retry, AGAIN);
    addEventListener("online", retry);
    return () => {
      clearInterval(timer);
      removeEventListener("online", retry);
    };
  }, [session]);
  return (
    <Sheet>
      <Doodle of="cloud" />
      <Heading>{t("app.offline.title")}</Heading>
      <p role="status">{t("app.offline.text")}</p>
      <Button kind="primary" large onClick={() => void session.start()}>
        {t("app.retry")}
      </Button>
    </Sheet>
  );
}
