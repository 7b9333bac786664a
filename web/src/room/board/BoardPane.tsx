import "@excalidraw/excalidraw/index.css";
import { Excalidraw } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Binding, bind } from "rtserver-excalidraw";
import { useScheme } from "../../school/useScheme.ts";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";

/** The lesson's board, bound to what the server has of it. */
export default function BoardPane() {
  const { i18n, t } = useTranslation();
  const { board, nameOf, isReadOnly } = useRoom();
  const scheme = useScheme();
  const [api, setApi] = useState<ExcalidrawImperativeAPI>();
  const [binding, setBinding] = useState<Binding>();
  const [canDraw, setCanDraw] = useState(false);
  useEffect(() => {
    if (!api) return;
    const bound = bind(api, board, {
      name: nameOf,
      onCanDraw: setCanDraw,
      onRefused: () => say(t("board.refused"), "bad"),
    });
    setBinding(bound);
    return () => void bound.close();
  }, [api, board, nameOf, t]);
  return (
    <Excalidraw
      excalidrawAPI={setApi}
      {...(binding && { onChange: binding.onChange, onPointerUpdate: binding.onPointerUpdate })}
      langCode={i18n.language === "uk" ? "uk-UA" : "en"}
      theme={scheme}
      viewModeEnabled={!canDraw || isReadOnly}
      validateEmbeddable={false}
      isCollaborating
      UIOptions={{ tools: { image: false } }}
    />
  );
}
