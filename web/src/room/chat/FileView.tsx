import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageFile } from "rtserver-client";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { save } from "../../ui/save.ts";
import { say } from "../../ui/toasts.tsx";
import { FileIcon } from "../icons.tsx";
import style from "./FileView.module.css";
import { sizeOf } from "./sizes.ts";

export function Files({ files }: { files: readonly MessageFile[] }) {
  if (!files.length) return null;
  return (
    <ul className={style.files}>
      {files.map((file) => (
        <li key={file.id}>{file.type.startsWith("image/") ? <Picture file={file} /> : <Paper file={file} />}</li>
      ))}
    </ul>
  );
}

/** A picture, small; a click shows all of it in a tab of its own. */
function Picture({ file }: { file: MessageFile }) {
  const { t } = useTranslation();
  const { client } = useMember();
  const [shown, setShown] = useState<string>();
  const [whole, setWhole] = useState<string>();
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    client.fileUrl(file.id).then(setShown, () => setLost(true));
  }, [client, file.id]);
  // An address lasts some minutes: whoever is about to follow it gets one that is good.
  const renew = () => client.fileUrl(file.id).then(setWhole, () => {});
  if (isLost) return <Paper file={file} />;
  return (
    <a
      className={style.picture}
      href={whole ?? shown}
      target="_blank"
      rel="noopener noreferrer"
      onPointerEnter={renew}
      onFocus={renew}
      aria-label={t("chat.picture", { name: file.name })}
    >
      {shown && <img src={shown} alt="" loading="lazy" onError={() => setLost(true)} />}
    </a>
  );
}

/** A document to download. */
function Paper({ file }: { file: MessageFile }) {
  const { t, i18n } = useTranslation();
  const { client } = useMember();
  const download = async () => {
    try {
      save(await client.fileUrl(file.id), file.name);
    } catch (error) {
      say(problemOf(error, t).text, "bad");
    }
  };
  return (
    <button type="button" className={style.paper} onClick={download}>
      <FileIcon />
      <span className={style.name}>
        {file.name}
        <span className={style.size}>{sizeOf(file.bytes, i18n.language)}</span>
      </span>
    </button>
  );
}
