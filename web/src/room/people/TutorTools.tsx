import { useState } from "react";
import { useTranslation } from "react-i18next";
import { lateDialog } from "../../app/lateDialog.tsx";
import { Button } from "../../ui/Button.tsx";
import { ClockIcon, PlusIcon } from "../../ui/icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import { AttendanceDialog } from "./AttendanceDialog.tsx";
import style from "./PeoplePanel.module.css";

const RosterDialog = lateDialog(async () => (await import("../../pages/lessons/dialogs.ts")).RosterDialog);

/** What tutors do for all: who is invited, and who was here. */
export function TutorTools() {
  const { t } = useTranslation();
  const { lesson, isReadOnly } = useRoom();
  const [open, setOpen] = useState<"roster" | "attendance">();
  const close = () => setOpen(undefined);
  return (
    <section className={style.tools} aria-label={t("people.tools")}>
      {!isReadOnly && (
        <Button onClick={() => setOpen("roster")}>
          <PlusIcon />
          {t("people.find")}
        </Button>
      )}
      <Button onClick={() => setOpen("attendance")}>
        <ClockIcon />
        {t("people.attendance")}
      </Button>
      {open === "roster" && <RosterDialog lesson={lesson} onClose={close} />}
      {open === "attendance" && <AttendanceDialog onClose={close} />}
    </section>
  );
}
