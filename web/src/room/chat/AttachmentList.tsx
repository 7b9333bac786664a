import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { useSchool } from "../../school/context.tsx";
import { type Attachment, MOST } from "../../state/attachments.ts";
import { Button } from "../../ui/Button.tsx";
import { CheckIcon, CrossIcon, WarnIcon } from "../../ui/icons.tsx";
import { ClipIcon, FileIcon } from "../icons.tsx";
import { useWriting } from "./ChatContext.tsx";
import style from "./Composer.module.css";
import { sizeOf } from "./sizes.ts";

/** Chooses files for the next message. */
export function AttachButton() {
  const { t } = useTranslation();
  const draft = useWriting();
  const { files } = useSchool();
  const input = useRef<HTMLInputElement>(null);
  const label = t("chat.attach");
  return (
    <>
      <Button kind="quiet" icon aria-label={label} title={label} onClick={() => input.current!.click()}>
        <ClipIcon />
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={["image/*", ...files.types].join(",")}
        onChange={(event) => {
          draft.attachments.add([...event.target.files!]);
          event.target.value = ""; // the same file may be chosen again
        }}
      />
    </>
  );
}

/** The files that go with the next message, and how far each is. */
export function AttachmentList() {
  const { t } = useTranslation();
  const { attachments } = useWriting();
  if (!attachments.list.length) return null;
  return (
    <ul className={style.attachments} aria-label={t("chat.attached")}>
      {attachments.list.map((each) => (
        <Attached key={each.key} attachment={each} onDrop={() => attachments.drop(each.key)} />
      ))}
    </ul>
  );
}

function Attached({ attachment, onDrop }: { attachment: Attachment; onDrop: () => void }) {
  const { t } = useTranslation();
  const { name, sent, file, failed } = attachment;
  return (
    <li className={style.attachment}>
      {failed ? <WarnIcon size={20} /> : file ? <CheckIcon size={20} /> : <FileIcon size={20} />}
      <div>
        <p className={style.name}>{name}</p>
        {!file && !failed && (
          <progress className={style.progress} value={sent} max={1} aria-label={t("chat.uploading", { name })} />
        )}
        {failed && <Wrong code={failed} />}
      </div>
      <Button kind="quiet" icon aria-label={t("chat.detach", { name })} onClick={onDrop}>
        <CrossIcon size={20} />
      </Button>
    </li>
  );
}

function Wrong({ code }: { code: string }) {
  const { t, i18n } = useTranslation();
  const { files } = useSchool();
  const words: Record<string, string> = {
    too_large: t("chat.file_too_large", { size: sizeOf(files.max_bytes, i18n.language) }),
    too_many: t("chat.file_too_many", { count: MOST }),
    unsupported_media_type: t("chat.file_type"),
    limit_exceeded: t("chat.files_full"),
  };
  return (
    <p className={style.failed} role="alert">
      {words[code] ?? problemOf({ code }, t).text}
    </p>
  );
}
