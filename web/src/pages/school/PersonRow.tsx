import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useLive } from "../../app/LiveContext.tsx";
import { lateDialog } from "../../app/lateDialog.tsx";
import { useMember } from "../../session/context.tsx";
import type { Me } from "../../session/session.ts";
import { useStore } from "../../state/store.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { CheckIcon, CrossIcon, MailIcon, MoreIcon, PenIcon } from "../../ui/icons.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { say } from "../../ui/toasts.tsx";
import style from "./school.module.css";

const LockOutDialog = lateDialog(async () => (await import("./LockOutDialog.tsx")).LockOutDialog);

interface Props {
  person: Me;
  onChange: (person: Me) => void;
  onOpen: () => void;
}

export function PersonRow({ person, onChange, onOpen }: Props) {
  const { t } = useTranslation();
  const { client } = useMember();
  const isOnline = useStore(useLive().online, (online) => online.has(person.id));
  const path = { id: person.id };
  const attempt = (work: Promise<unknown>, own = {}) =>
    work.catch((error) => say(problemOf(error, t, own).text, "bad"));
  const invite = async () => {
    await call(client, "post", "/api/users/{id}/invite/", { path });
    say(t("everyone.invited", { name: person.name }));
  };
  const letIn = async () =>
    onChange(await call(client, "patch", "/api/users/{id}/", { path, body: { is_active: true } }));
  const [isAsking, ask] = useState(false);
  return (
    <li className={`${style.row} ${person.is_active ? "" : style.inactive}`}>
      <Avatar id={person.id} name={person.name} />
      <span className={style.who}>
        {person.name}
        <span className={style.more}>{person.email}</span>
      </span>
      <span className={style.standing}>
        {isOnline && <span className={style.online}>{t("everyone.online")}</span>}
        {person.is_active ? t(`role.${person.role}`) : t("everyone.inactive")}
      </span>
      <Menu
        label={t("everyone.menu", { name: person.name })}
        icon
        button={<MoreIcon />}
        choices={[
          { id: "change", text: t("everyone.change"), icon: <PenIcon />, onChoose: onOpen },
          {
            id: "invite",
            text: t("everyone.invite"),
            icon: <MailIcon />,
            onChoose: () => void attempt(invite(), { conflict: "everyone.has_password" }),
          },
          person.is_active
            ? {
                id: "off",
                text: t("everyone.deactivate"),
                icon: <CrossIcon />,
                isDangerous: true,
                onChoose: () => ask(true),
              }
            : {
                id: "on",
                text: t("everyone.activate"),
                icon: <CheckIcon />,
                onChoose: () => void attempt(letIn()),
              },
        ]}
      />
      {isAsking && <LockOutDialog person={person} onDone={onChange} onClose={() => ask(false)} />}
    </li>
  );
}
