import { useState } from "react";
import { useTranslation } from "react-i18next";
import { lateDialog } from "../../app/lateDialog.tsx";
import { useMember } from "../../session/context.tsx";
import { membership } from "../../state/agenda.ts";
import type { Lesson } from "../../state/lessons.ts";
import { ClockIcon, CrossIcon, MoreIcon, PeopleIcon } from "../../ui/icons.tsx";
import { Menu } from "../../ui/Menu.tsx";

const ChangeDialog = lateDialog(async () => (await import("./dialogs.ts")).ChangeDialog);
const CancelDialog = lateDialog(async () => (await import("./dialogs.ts")).CancelDialog);
const RosterDialog = lateDialog(async () => (await import("./dialogs.ts")).RosterDialog);

const DIALOGS = { change: ChangeDialog, people: RosterDialog, cancel: CancelDialog };

/** What its tutors, and admins, may do with a lesson that isn't over. */
export function LessonMenu({ lesson }: { lesson: Lesson }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const [open, setOpen] = useState<keyof typeof DIALOGS>();
  const own = membership(lesson, me.id);
  const isTutor = own?.role === "tutor" && own.state === "accepted";
  if (lesson.status === "cancelled" || !(isTutor || me.role === "admin")) return null;
  const Open = open && DIALOGS[open];
  const close = () => setOpen(undefined);
  return (
    <>
      <Menu
        label={t("lesson.menu", { title: lesson.title })}
        icon
        button={<MoreIcon />}
        choices={[
          { id: "people", text: t("lesson.people"), icon: <PeopleIcon />, onChoose: () => setOpen("people") },
          { id: "change", text: t("lesson.change"), icon: <ClockIcon />, onChoose: () => setOpen("change") },
          {
            id: "cancel",
            text: t("lesson.cancel"),
            icon: <CrossIcon />,
            isDangerous: true,
            onChoose: () => setOpen("cancel"),
          },
        ]}
      />
      {Open && <Open lesson={lesson} onClose={close} />}
    </>
  );
}
