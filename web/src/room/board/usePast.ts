import { useCallback, useEffect, useRef, useState } from "react";
import type { BoardElement } from "rtserver-client";
import { call, type Schema } from "../../api/http.ts";
import { useRoom } from "../RoomContext.tsx";

export type Step = Schema<"StepView">;

const PAGE = 100;
const PACE = 150; // milliseconds in which a slider is still being moved

/** The steps of the board that are kept, the oldest first, and the board as it was at one of them. */
export function usePast() {
  const { client, lesson } = useRoom();
  const [steps, setSteps] = useState<Step[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [isLoaded, setLoaded] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const [place, setPlace] = useState(0);
  const path = { lesson_id: lesson.id };
  const step = steps[place];
  const elements = useElements(step?.seq, () => setFailed(true));

  const read = async (cursor?: string) => {
    const query = { limit: PAGE, ...(cursor && { cursor }) };
    const { results, next: further } = await call(client, "get", "/api/boards/{lesson_id}/history/", { path, query });
    setNext(further);
    return [...results].reverse();
  };
  const reload = async () => {
    const latest = await read().catch(() => void setFailed(true));
    if (!latest) return;
    setSteps(latest);
    setPlace(latest.length - 1);
    setLoaded(true);
  };
  const more = async () => {
    const older = await read(next!).catch(() => void setFailed(true));
    if (!older) return;
    setSteps((known) => [...older, ...known]);
    setPlace((at) => at + older.length);
  };
  const restore = async () => {
    const body = { seq: step!.seq, if_seq: steps.at(-1)!.seq };
    await call(client, "post", "/api/boards/{lesson_id}/restore/", { path, body });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => void reload(), []);
  return {
    steps,
    step,
    place,
    turnTo: setPlace,
    elements,
    hasMore: next !== null,
    more,
    isLoaded,
    hasFailed,
    restore,
    reload,
  };
}

/** The board as it was at a seq, once the slider rests there. */
function useElements(seq: number | undefined, onFailed: () => void): BoardElement[] | undefined {
  const { client, lesson } = useRoom();
  const [elements, setElements] = useState<BoardElement[]>();
  const wanted = useRef(seq);
  wanted.current = seq;
  const read = useCallback(
    async (at: number) => {
      const request = { path: { lesson_id: lesson.id }, query: { at } };
      const board = await call(client, "get", "/api/boards/{lesson_id}/", request);
      if (wanted.current === at) setElements(board.elements as unknown as BoardElement[]);
    },
    [client, lesson.id],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `onFailed` is another one each time
  useEffect(() => {
    if (seq === undefined) return;
    const timer = setTimeout(() => read(seq).catch(onFailed), PACE);
    return () => clearTimeout(timer);
  }, [seq, read]);
  return elements;
}
