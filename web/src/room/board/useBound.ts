import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Binding, bind, type Viewport } from "rtserver-excalidraw";
import { useMember } from "../../session/context.tsx";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";
import type { Api } from "./excalidraw.ts";
import { Kept } from "./kept.ts";

export interface Bound {
  binding: Binding | undefined;
  canDraw: boolean;
  kept: Kept;
  /** What one sees, told to those who follow, while there is something here. */
  leading: { current: (() => Viewport) | undefined };
}

/** Bind the board; what isn't stored yet is kept over a reload, and counted. */
export function useBound(api: Api | undefined): Bound {
  const { t } = useTranslation();
  const words = useRef(t); // another language is no reason to bind anew, in the middle of a stroke
  words.current = t;
  const { me } = useMember();
  const { board, room, lesson, nameOf, waiting } = useRoom();
  const kept = useMemo(() => new Kept(me.id, lesson.id), [me.id, lesson.id]);
  const leading = useRef<(() => Viewport) | undefined>(undefined);
  const [binding, setBinding] = useState<Binding>();
  const [canDraw, setCanDraw] = useState(false);
  useEffect(() => {
    if (!api) return;
    const bound = bind(api, board, {
      name: nameOf,
      onCanDraw: setCanDraw,
      onRefused: ({ code }) => say(words.current(code === "too_large" ? "board.too_large" : "board.refused"), "bad"),
      onError: () => say(words.current("board.not_loaded"), "bad"),
      onUnanswered: (elements) => {
        kept.save(elements);
        waiting.send(elements.length);
      },
      viewport: () => leading.current?.(),
    });
    const ends = [
      room.on("room.left", ({ user_id }) => bound.forget(user_id)),
      room.on("room.entered", () => bound.look()),
      api.onScrollChange(bound.look),
    ];
    addEventListener("pagehide", kept.flush);
    setBinding(bound);
    return () => {
      for (const end of ends) end();
      void bound.close();
      kept.flush();
      removeEventListener("pagehide", kept.flush);
      waiting.send(0);
    };
  }, [api, board, room, nameOf, kept, waiting]);
  return { binding, canDraw, kept, leading };
}
