import "@excalidraw/excalidraw/index.css";
import "./board.css";
import { Excalidraw } from "@excalidraw/excalidraw";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { useScheme } from "../../school/useScheme.ts";
import paper from "../paper.module.css";
import { useRoom } from "../RoomContext.tsx";
import type { Places } from "../usePlaces.ts";
import { BoardMenu } from "./BoardMenu.tsx";
import style from "./BoardPane.module.css";
import { type Api, type AppState, restore } from "./excalidraw.ts";
import { Lead } from "./Lead.tsx";
import { PdfDialog } from "./PdfDialog.tsx";
import { layPaper } from "./paper.ts";
import { SelectionBar } from "./SelectionBar.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { COLOURS, inkOf } from "./tools.ts";
import { useBound } from "./useBound.ts";
import { usePictures } from "./usePictures.tsx";
import { Words } from "./Words.tsx";

export interface BoardProps {
  places: Places;
  /** Where in the room's bar the board's menu stands. */
  menuPlace: RefObject<HTMLElement | null>;
  /** Told once one can see and draw. */
  onReady: (isReady: true) => void;
}

const PEN = { type: "freedraw", customType: null, locked: false, lastActiveTool: null };
const START = {
  viewBackgroundColor: "transparent",
  activeTool: PEN,
  currentItemRoughness: 0,
  ...inkOf("pen", COLOURS[0]).ink,
} as unknown as AppState;
const OPTIONS = {
  tools: { image: false },
  canvasActions: {
    changeViewBackgroundColor: false,
    clearCanvas: false,
    export: false,
    loadScene: false,
    saveAsImage: false,
    saveToActiveFile: false,
    toggleTheme: false,
  },
} as const;

/** The lesson's board, bound to what the server has of it. */
export function BoardPane({ places, menuPlace, onReady }: BoardProps) {
  const { i18n } = useTranslation();
  const { isReadOnly } = useRoom();
  const scheme = useScheme();
  const [api, setApi] = useState<Api>();
  const place = useRef<HTMLDivElement>(null);
  const { binding, canDraw, kept, leading } = useBound(api);
  const isReady = useReady(api);
  useEffect(() => {
    if (isReady) onReady(true);
  }, [isReady, onReady]);
  const isDrawing = isReady && canDraw && !isReadOnly;
  const start = useMemo(() => async () => ({ elements: restore(await kept.load()), appState: START }), [kept]);
  useEffect(() => (api && place.current ? layPaper(api, place.current) : undefined), [api]);
  const placeOf = useCallback(() => place.current!, []);
  const pictures = usePictures(api, placeOf, isDrawing);
  const handsPanel = usePanelOf(api);
  return (
    <div
      ref={place}
      className={`${style.board} ${paper.paper} room-board`}
      data-scheme={scheme}
      data-panel={handsPanel}
      {...pictures.drop}
    >
      <Excalidraw
        excalidrawAPI={setApi}
        initialData={start}
        {...(binding && { onChange: binding.onChange, onPointerUpdate: binding.onPointerUpdate })}
        langCode={i18n.language === "uk" ? "uk-UA" : "en"}
        theme={scheme}
        viewModeEnabled={!isDrawing}
        validateEmbeddable={false}
        aiEnabled={false}
        isCollaborating
        UIOptions={OPTIONS}
      />
      {api && isDrawing && <Toolbar api={api} place={placeOf} isPhone={places.isPhone} onPicture={pictures.choose} />}
      {api && isDrawing && places.isPhone && <SelectionBar api={api} />}
      <Words isBelow={isDrawing} canDraw={!isReady || canDraw} isSending={pictures.isSending}>
        {api && binding && isReady && <Lead api={api} place={placeOf} binding={binding} leading={leading} />}
      </Words>
      {pictures.over}
      {pictures.document && <PdfDialog file={pictures.document} onClose={pictures.close} onChosen={pictures.add} />}
      {api && menuPlace.current && createPortal(<BoardMenu api={api} />, menuPlace.current)}
    </div>
  );
}

/** Excalidraw wipes away what is drawn before it has loaded. */
function useReady(api: Api | undefined): boolean {
  const [isReady, setReady] = useState(false);
  useEffect(() => api?.onChange((_elements, { isLoading }) => setReady((was) => was || !isLoading)), [api]);
  return isReady;
}

/** Whether Excalidraw's own panel of colours and lines is of use: for what is chosen, and for shapes. */
function usePanelOf(api: Api | undefined): boolean {
  const [isOf, setOf] = useState(false);
  useEffect(
    () =>
      api?.onChange((_elements, { activeTool, selectedElementIds }) =>
        setOf(
          !["freedraw", "eraser", "text", "laser", "hand"].includes(activeTool.type) &&
            (activeTool.type !== "selection" || Object.keys(selectedElementIds).length > 0),
        ),
      ),
    [api],
  );
  return isOf;
}
