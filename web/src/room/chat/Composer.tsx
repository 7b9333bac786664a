import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { areMoving, ready } from "../../state/attachments.ts";
import { Button } from "../../ui/Button.tsx";
import { CheckIcon, CrossIcon, InfoIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { SendIcon } from "../icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import { AttachButton, AttachmentList } from "./AttachmentList.tsx";
import { useChat, useWriting } from "./ChatContext.tsx";
import style from "./Composer.module.css";

const FINGERS = matchMedia("(pointer: coarse)"); // there Enter begins a new line, and a button sends

/** Where one writes; or why one can't just now. */
export function Composer() {
  const { t } = useTranslation();
  const { lesson, isTutor, isReadOnly } = useRoom();
  const { canWrite } = useChat();
  const draft = useWriting();
  if (isReadOnly) return <Hint text={t("chat.cancelled")} />;
  if (!canWrite) return <Hint text={t("chat.only_tutors")} />;
  return (
    <div className={style.composer}>
      {lesson.chat === "moderated" && !isTutor && !draft.editing && <Hint text={t("chat.moderated")} />}
      {draft.editing && <Editing />}
      <AttachmentList />
      <Field />
    </div>
  );
}

function Hint({ text }: { text: string }) {
  return (
    <p className={style.hint} role="status">
      <InfoIcon size={20} />
      {text}
    </p>
  );
}

function Editing() {
  const { t } = useTranslation();
  const draft = useWriting();
  return (
    <p className={style.editing}>
      {t("chat.editing")}
      <Button kind="quiet" icon aria-label={t("chat.keep_it")} onClick={draft.clear}>
        <CrossIcon size={20} />
      </Button>
    </p>
  );
}

function Field() {
  const { t } = useTranslation();
  const { chat } = useChat();
  const draft = useWriting();
  const { text, editing, attachments } = draft;
  const { send, isSending, problem } = useSend();
  const field = useGrowing(text);
  const before = useRef(editing);
  useEffect(() => {
    if (before.current !== editing) field.current?.focus(); // also of who gives it up
    before.current = editing;
  }, [editing, field]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && editing) draft.clear();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || FINGERS.matches) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (!event.clipboardData.files.length || editing) return;
    event.preventDefault();
    attachments.add(event.clipboardData.files);
  };
  const change = (next: string) => {
    if (next.length > text.length && next.trim() && !editing) chat.typing();
    draft.setText(next);
  };
  const label = t(editing ? "action.save" : "chat.send");
  return (
    <>
      {problem && <Notice tone="bad">{problem}</Notice>}
      <div className={style.line}>
        {!editing && <AttachButton />}
        <textarea
          ref={field}
          className={style.field}
          name="message"
          rows={1}
          value={text}
          placeholder={t("chat.write")}
          aria-label={t("chat.write")}
          enterKeyHint={FINGERS.matches ? "enter" : "send"}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <Button kind="primary" icon aria-label={label} title={label} waiting={isSending} onClick={send}>
          {!isSending && (editing ? <CheckIcon /> : <SendIcon />)}
        </Button>
      </div>
    </>
  );
}

/** Send what is in the field: a new message at once, a changed one when the server has it. */
function useSend() {
  const { t } = useTranslation();
  const { chat } = useChat();
  const draft = useWriting();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { text, editing, attachments } = draft;
  const save = async (id: number) => {
    setSending(true);
    try {
      await chat.edit(id, text);
      draft.clear();
    } catch (error) {
      setProblem(problemOf(error, t, { bad_request: "chat.failed.bad_request", conflict: "chat.gone" }).text);
    }
    setSending(false);
  };
  const send = () => {
    const files = ready(attachments.list);
    setProblem(undefined);
    if (!text.trim() && (editing || !files.length)) return;
    if (editing) return void save(editing.id);
    if (areMoving(attachments.list)) return setProblem(t("chat.file_moving"));
    chat.write(text, files);
    draft.clear();
  };
  return { send, isSending, problem };
}

/** A field as high as its text, up to what its style allows. */
function useGrowing(text: string) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    if (!text) return; // one line: to measure it would have the whole page laid out
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  }, [text]);
  return field;
}
