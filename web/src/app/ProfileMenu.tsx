import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { problemOf } from "../api/problem.ts";
import { useMember, useSession } from "../session/context.tsx";
import { Avatar } from "../ui/Avatar.tsx";
import { LeaveIcon } from "../ui/icons.tsx";
import { Menu } from "../ui/Menu.tsx";
import { say } from "../ui/toasts.tsx";
import style from "./ProfileMenu.module.css";

export function ProfileMenu() {
  const { t } = useTranslation();
  const { me } = useMember();
  const session = useSession();
  const [, navigate] = useLocation();
  const leave = (everywhere: boolean) =>
    session.signOut({ everywhere }).then(
      () => navigate("/"),
      (error) => say(problemOf(error, t).text, "bad"),
    );
  return (
    <Menu
      label={t("menu.open", { name: me.name })}
      icon
      button={<Avatar id={me.id} name={me.name} />}
      head={
        <>
          <p className={style.name}>{me.name}</p>
          <p className={style.email}>{me.email}</p>
        </>
      }
      choices={[
        { id: "out", text: t("menu.sign_out"), icon: <LeaveIcon />, onChoose: () => leave(false) },
        { id: "everywhere", text: t("menu.sign_out_everywhere"), icon: <LeaveIcon />, onChoose: () => leave(true) },
      ]}
    />
  );
}
