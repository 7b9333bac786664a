import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/context.tsx";
import { useStore } from "../state/store.ts";
import { WarnIcon } from "../ui/icons.tsx";
import style from "./ConnectionBanner.module.css";

const PATIENCE = 2_000; // milliseconds: most breaks are over by then

/** Says that there is no connection, once that lasts. The live region is there from the start. `text`: other words. */
export function ConnectionBanner({ text }: { text?: string }) {
  const { t } = useTranslation();
  const isOnline = useStore(useSession().connection) === "online";
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (isOnline) return setLong(false);
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [isOnline]);
  return (
    <div role="status" className={style.place}>
      {isLong && (
        <p className={style.banner}>
          <WarnIcon size={20} />
          {text ?? t("connection.waiting")}
        </p>
      )}
    </div>
  );
}
