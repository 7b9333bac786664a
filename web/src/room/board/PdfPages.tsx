import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import style from "./dialogs.module.css";
import { type Document, draw, open, pictureOf } from "./pdf.ts";

export interface PdfProps {
  file: File;
  onClose: () => void;
  onChosen: (pages: readonly Blob[]) => void;
}

const MOST = 60; // pages to choose from
const SMALL = 240;

/** The pages of a document, each to be chosen. */
export function PdfPages({ file, onClose, onChosen }: PdfProps) {
  const { t } = useTranslation();
  const { document, hasFailed } = useDocument(file);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set([1]));
  const [isDrawing, setDrawing] = useState(false);
  const toggle = (number: number) =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(number)) after.add(number);
      return after;
    });
  const put = async () => {
    setDrawing(true);
    const pages = [];
    for (const number of [...chosen].sort((a, b) => a - b)) pages.push(await pictureOf(document!, number));
    onChosen(pages);
    onClose();
  };
  const numbers = Array.from({ length: Math.min(MOST, document?.numPages ?? 0) }, (_, n) => n + 1);
  return (
    <>
      {hasFailed && <Notice tone="bad">{t("pdf.unreadable")}</Notice>}
      <div className={style.pages}>
        {numbers.map((number) => (
          <button
            key={number}
            type="button"
            className={style.page}
            aria-pressed={chosen.has(number)}
            onClick={() => toggle(number)}
          >
            <Page document={document!} number={number} />
            {t("pdf.page", { number })}
          </button>
        ))}
      </div>
      <div className={style.actions}>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" disabled={!document || !chosen.size} waiting={isDrawing} onClick={put}>
          {t("pdf.put", { count: chosen.size })}
        </Button>
      </div>
    </>
  );
}

function Page({ document, number }: { document: Document; number: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    void draw(document, number, canvas.current!, SMALL).catch(() => {}); // closed meanwhile
  }, [document, number]);
  return <canvas ref={canvas} />;
}

function useDocument(file: File) {
  const [document, setDocument] = useState<Document>();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    const opening = open(file);
    opening.then(setDocument, () => setFailed(true));
    return () => void opening.then((opened) => opened.loadingTask.destroy()).catch(() => {});
  }, [file]);
  return { document, hasFailed };
}
