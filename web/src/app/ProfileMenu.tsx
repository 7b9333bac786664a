import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useMember } from "../session/context.tsx";
import { Avatar } from "../ui/Avatar.tsx";
import { LeaveIcon, PersonIcon } from "../ui/icons.tsx";
import { Menu } from "../ui/Menu.tsx";
import style from "./ProfileMenu.module.css";
import { useSignOut } from "./useSignOut.tsx";

export function ProfileMenu() {
  const { t } = useTranslation();
  const { me } = useMember();
  const [, navigate] = useLocation();
  const { signOut, question } = useSignOut();
  return (
    <>
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
          { id: "profile", text: t("profile.title"), icon: <PersonIcon />, onChoose: () => navigate("/profile") },
          { id: "out", text: t("menu.sign_out"), icon: <LeaveIcon />, onChoose: () => void signOut(false) },
        ]}
      />
      {question}
    </>
  );
}
