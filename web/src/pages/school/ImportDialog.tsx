import { type ChangeEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { address } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Notice } from "../../ui/Notice.tsx";
import { say } from "../../ui/toasts.tsx";
import { faultOf } from "./faults.ts";
import style from "./school.module.css";

interface Counts {
  created: number;
  updated: number;
}

interface Mistake {
  line?: number;
  path: string;
  message: string;
}

/** A file is looked through first; only when all of it is right is it taken. */
export function ImportDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const { client } = useMember();
  const [file, setFile] = useState<Blob>();
  const [counts, setCounts] = useState<Counts>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (body: Blob, dry_run: boolean) => {
    setBusy(true);
    setError(undefined);
    try {
      return await client.http<Counts>("POST", address("/api/import/", {}, { dry_run }), body);
    } catch (failure) {
      setError(failure);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const look = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = target.files ?? [];
    setCounts(undefined);
    if (!chosen) return setFile(undefined);
    const csv = new Blob([chosen], { type: "text/csv" }); // some systems call it a table of theirs
    setFile(csv);
    setCounts(await send(csv, true));
  };
  const take = async () => {
    const done = file && (await send(file, false));
    if (!done) return;
    say(t("import.done", { created: done.created, updated: done.updated }));
    onDone();
    onClose();
  };
  return (
    <Dialog title={t("import.title")} onClose={onClose}>
      <p>{t("import.text")}</p>
      <code className={style.sample}>
        email;name;role;locale;invite
        <br />
        taras@school.example;Тарас Бондар;student;uk;true
      </code>
      <TextField label={t("import.file")} type="file" accept=".csv,text/csv" onChange={(event) => void look(event)} />
      {error !== undefined && <Mistakes error={error} />}
      {counts && (
        <Notice tone="good">{t("import.preview", { created: counts.created, updated: counts.updated })}</Notice>
      )}
      <div className={forms.row}>
        <Button kind="primary" disabled={!counts} waiting={isBusy} onClick={() => void take()}>
          {t("import.go")}
        </Button>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
      </div>
    </Dialog>
  );
}

/** Which line has which mistake. */
function Mistakes({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const { errors = [] } = error as { errors?: Mistake[] };
  if (!errors.length) return <Notice tone="bad">{problemOf(error, t).text}</Notice>;
  return (
    <>
      <Notice tone="bad">{t("import.wrong", { count: errors.length })}</Notice>
      <div className={style.scroll}>
        <table className={style.mistakes}>
          <thead>
            <tr>
              <th scope="col">{t("import.line")}</th>
              <th scope="col">{t("import.column")}</th>
              <th scope="col">{t("import.mistake")}</th>
            </tr>
          </thead>
          <tbody>
            {errors.map(({ line, path, message }) => (
              <tr key={`${line} ${path} ${message}`}>
                <td>{line}</td>
                <td>{path}</td>
                <td>
                  <Fault message={message} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Fault({ message }: { message: string }) {
  const { t } = useTranslation();
  const fault = faultOf(message);
  return fault ? t(fault.key as "fault.missing", fault.values) : <span lang="en">{message}</span>;
}
