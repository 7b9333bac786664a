import { Excalidraw } from "@excalidraw/excalidraw";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../../api/problem.ts";
import { useScheme } from "../../school/useScheme.ts";
import { shortTime } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./dialogs.module.css";
import { type Api, show } from "./excalidraw.ts";
import { type Step, usePast } from "./usePast.ts";

/** The board as it was, step by step, and the way back to a step. */
export function HistoryDialog({ api, onClose }: { api: Api; onClose: () => void }) {
  const { t } = useTranslation();
  const past = usePast();
  const [isRestoring, setRestoring] = useState(false);
  const restore = async () => {
    setRestoring(true);
    try {
      await past.restore();
      say(t("past.restored"));
      onClose();
    } catch (error) {
      say(problemOf(error, t, { conflict: "past.changed" }).text, "bad");
      await past.reload();
    }
    setRestoring(false);
  };
  const isOld = past.step !== undefined && past.place < past.steps.length - 1;
  return (
    <Dialog title={t("board.history")} onClose={onClose}>
      {past.hasFailed && <Notice tone="bad">{t("past.failed")}</Notice>}
      {past.isLoaded && !past.steps.length && <p>{t("past.none")}</p>}
      {past.step && (
        <>
          <Preview of={past.elements} files={api} />
          <Slider past={past} step={past.step} />
        </>
      )}
      <div className={style.actions}>
        <Button onClick={onClose}>{t("action.close")}</Button>
        <Button kind="primary" disabled={!isOld} waiting={isRestoring} onClick={restore}>
          {t("past.bring_back")}
        </Button>
      </div>
    </Dialog>
  );
}

function Slider({ past, step }: { past: ReturnType<typeof usePast>; step: Step }) {
  const { t } = useTranslation();
  const place = usePlace();
  const { nameOf } = useRoom();
  const name = nameOf(step.user_id) ?? t("past.somebody");
  const when = shortTime(step.at, place);
  const what = t(`past.${step.kind}`, { name, count: step.elements });
  return (
    <>
      <p className={style.step} aria-live="polite">
        <strong>{when}</strong>
        <span>{what}</span>
      </p>
      <input
        className={style.slider}
        type="range"
        aria-label={t("past.when")}
        aria-valuetext={`${when}, ${what}`}
        min={0}
        max={past.steps.length - 1}
        value={past.place}
        onChange={({ target }) => past.turnTo(Number(target.value))}
      />
      {past.hasMore && (
        <Button kind="quiet" onClick={past.more}>
          {t("past.earlier")}
        </Button>
      )}
    </>
  );
}

function Preview({ of, files }: { of: ReturnType<typeof usePast>["elements"]; files: Api }) {
  const { i18n } = useTranslation();
  const scheme = useScheme();
  const [api, setApi] = useState<Api>();
  const [isReady, setReady] = useState(false);
  useEffect(() => api?.onChange((_elements, { isLoading }) => setReady(!isLoading)), [api]);
  useEffect(() => {
    if (!api || !isReady || !of) return;
    show(api, of);
    api.addFiles(Object.values(files.getFiles())); // it draws those of pictures that are there
  }, [api, isReady, of, files]);
  return (
    <div className={`${style.past} room-board`} inert>
      <Excalidraw
        excalidrawAPI={setApi}
        langCode={i18n.language === "uk" ? "uk-UA" : "en"}
        theme={scheme}
        viewModeEnabled
        zenModeEnabled
        validateEmbeddable={false}
      />
    </div>
  );
}
