import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { buttonClass } from "../ui/Button.tsx";
import { BackIcon } from "../ui/icons.tsx";
import style from "./RoomPage.module.css";

/** A lesson's room: it takes the whole window, and is loaded when somebody goes in. */
export default function RoomPage({ lessonId }: { lessonId: number }) {
  const { t } = useTranslation();
  return (
    <main className={style.room} data-lesson={lessonId}>
      <Link href="/" className={buttonClass({ kind: "quiet" })}>
        <BackIcon />
        {t("room.leave")}
      </Link>
    </main>
  );
}
