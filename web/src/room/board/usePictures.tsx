import { type DragEvent, type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./BoardPane.module.css";
import type { Api } from "./excalidraw.ts";
import { Pictures } from "./pictures.ts";
import { usePaste } from "./usePaste.ts";

interface Use {
  /** For the place onto which pictures are dropped. */
  drop: {
    onDragOverCapture: (event: DragEvent) => void;
    onDragLeave: (event: DragEvent) => void;
    onDropCapture: (event: DragEvent) => void;
  };
  choose: () => void;
  add: (files: readonly Blob[]) => void;
  isSending: boolean;
  /** Shown while something is held over the board. */
  over: ReactNode;
  /** A document, whose pages are to be chosen. */
  document: File | undefined;
  close: () => void;
}

const ACCEPTED = "image/png,image/jpeg,image/webp,image/gif,application/pdf";

/** Pictures and documents, however they come: dropped, pasted, or chosen. */
export function usePictures(api: Api | undefined, place: () => HTMLElement, canDraw: boolean): Use {
  const { t } = useTranslation();
  const { me } = useMember();
  const { client, lesson } = useRoom();
  const [sending, setSending] = useState(0);
  const [isOver, setOver] = useState(false);
  const [pdf, setPdf] = useState<File>();
  const pictures = useMemo(() => api && new Pictures(api, client, me.id, lesson.id), [api, client, me.id, lesson.id]);
  useEffect(() => (api && pictures ? api.onChange(pictures.fetchMissing) : undefined), [api, pictures]);

  const tell = (work: Promise<void>) => {
    setSending((count) => count + 1);
    work.catch((error) => say(problemOf(error, t).text, "bad")).finally(() => setSending((count) => count - 1));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tell` is another one each time
  useEffect(() => {
    if (pictures && canDraw) tell(pictures.resume());
  }, [pictures, canDraw]);
  const add = (files: readonly Blob[], at?: { x: number; y: number }) => {
    if (!pictures || !files.length) return;
    tell(pictures.add(files, at));
  };
  const take = (files: readonly File[], at?: { x: number; y: number }): boolean => {
    if (!files.length) return false;
    if (!canDraw) return true;
    const document = files.find(({ type }) => type === "application/pdf");
    if (document) setPdf(document);
    add(
      files.filter((file) => file !== document),
      at,
    );
    return true;
  };
  usePaste(place, take);
  const isOfFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return {
    drop: {
      onDragOverCapture: (event) => {
        if (!isOfFiles(event)) return;
        event.preventDefault();
        setOver(canDraw);
      },
      onDragLeave: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDropCapture: (event) => {
        setOver(false);
        if (!isOfFiles(event)) return;
        event.preventDefault();
        event.stopPropagation(); // Excalidraw would take a file of its own for the whole board
        take([...event.dataTransfer.files], api && pointAt(api, event));
      },
    },
    choose: () => choose(take),
    add,
    isSending: sending > 0,
    over: isOver && <p className={style.over}>{t("board.drop")}</p>,
    document: pdf,
    close: () => setPdf(undefined),
  };
}

function pointAt(api: Api, { clientX, clientY }: DragEvent): { x: number; y: number } {
  const { offsetLeft, offsetTop, scrollX, scrollY, zoom } = api.getAppState();
  return { x: (clientX - offsetLeft) / zoom.value - scrollX, y: (clientY - offsetTop) / zoom.value - scrollY };
}

function choose(take: (files: readonly File[]) => void): void {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: ACCEPTED, multiple: true });
  input.onchange = () => take([...(input.files ?? [])]);
  input.click();
}
