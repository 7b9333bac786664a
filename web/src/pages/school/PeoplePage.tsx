import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { lateDialog } from "../../app/lateDialog.tsx";
import type { Me } from "../../session/session.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { PlusIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Placeholders } from "../lessons/Placeholders.tsx";
import { PersonRow } from "./PersonRow.tsx";
import style from "./school.module.css";
import { matching, useEveryone } from "./useEveryone.ts";

const PersonDialog = lateDialog(async () => (await import("./PersonDialog.tsx")).PersonDialog);
const ImportDialog = lateDialog(async () => (await import("./ImportDialog.tsx")).ImportDialog);

const SHOWN = 100; // people at once; whoever looks for somebody writes the name

/** Everybody at the school. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { people, isWhole, error, put, again } = useEveryone();
  const [sought, seek] = useState("");
  const [open, setOpen] = useState<"new" | "import" | Me>();
  const found = matching(people, sought);
  const close = () => setOpen(undefined);
  return (
    <>
      <div className={style.tools}>
        <TextField
          label={t("everyone.seek")}
          type="search"
          value={sought}
          onChange={({ target }) => seek(target.value)}
        />
        <div className={forms.row}>
          <Button onClick={() => setOpen("import")}>{t("import.title")}</Button>
          <Button kind="primary" onClick={() => setOpen("new")}>
            <PlusIcon />
            {t("everyone.new")}
          </Button>
        </div>
      </div>
      {error !== undefined && <Notice tone="bad">{problemOf(error, t).text}</Notice>}
      {!isWhole && !people.length && error === undefined && <Placeholders />}
      <p role="status" className={style.more}>
        {isWhole && t("everyone.count", { count: found.length })}
      </p>
      {isWhole && !found.length && <Empty of="books" text={t("everyone.none")} />}
      <ul className={style.rows}>
        {found.slice(0, SHOWN).map((person) => (
          <PersonRow key={person.id} person={person} onChange={put} onOpen={() => setOpen(person)} />
        ))}
      </ul>
      {found.length > SHOWN && <p className={style.more}>{t("everyone.cut", { count: found.length - SHOWN })}</p>}
      {open === "import" && <ImportDialog onDone={again} onClose={close} />}
      {open && open !== "import" && (
        <PersonDialog person={open === "new" ? undefined : open} onDone={put} onClose={close} />
      )}
    </>
  );
}
