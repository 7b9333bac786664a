import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Chat, unread } from "../../state/chat.ts";
import type { LessonChat } from "./LessonChat.ts";

const NEAR_END = 48; // pixels that still count as the end
const NEAR_START = 300; // pixels before the first message at which older ones are read

/** Where the log stands: at the end while one is there, else where one has scrolled to. */
export function useScroll(chat: LessonChat, state: Chat) {
  const { isLoaded, isLooking, messages } = state;
  const box = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const stays = useRef(true); // at the end, until one scrolls
  const see = useCallback(() => {
    const log = box.current!;
    if (!log.clientHeight) return;
    const left = log.scrollHeight - log.scrollTop - log.clientHeight;
    stays.current = left < NEAR_END;
    setAtEnd(left < NEAR_END);
    if (isLooking) chat.read(lastSeen(log));
    if (log.scrollTop < NEAR_START) void chat.loadOlder();
  }, [chat, isLooking]);
  const toEnd = useCallback(() => {
    box.current!.scrollTop = box.current!.scrollHeight;
    see();
  }, [see]);
  useKept(box, state, stays);
  useBegin(box, isLoaded && isLooking, stays);
  useSent(state, toEnd);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is seen depends on what there is
  useEffect(see, [see, messages]);
  useResize(box, () => (stays.current ? toEnd() : see()));
  return { props: { ref: box, onScroll: see }, isAtEnd, below: unread(state).length, toEnd };
}

type Box = React.RefObject<HTMLDivElement | null>;

/** Stay where one is while rows come, before the first or behind the last. */
function useKept(box: Box, state: Chat, stays: React.RefObject<boolean>): void {
  const before = useRef({ first: 0, height: 0 });
  useLayoutEffect(() => {
    const log = box.current!;
    const first = state.messages[0]?.id ?? 0;
    if (stays.current) log.scrollTop = log.scrollHeight;
    else if (before.current.first > first) log.scrollTop += log.scrollHeight - before.current.height;
    before.current = { first, height: log.scrollHeight };
  }, [box, state, stays]);
}

/** Whenever one begins to look, what is unread is in sight. */
function useBegin(box: Box, isThere: boolean, stays: React.RefObject<boolean>): void {
  useLayoutEffect(() => {
    const log = box.current!;
    const line = isThere && log.querySelector<HTMLElement>("[data-unread]");
    if (!line) return;
    log.scrollTop = line.offsetTop - log.clientHeight / 3;
    stays.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  }, [box, isThere, stays]);
}

/** What one has sent is shown. */
function useSent({ outgoing }: Chat, toEnd: () => void): void {
  const last = outgoing.at(-1)?.client_id;
  const before = useRef(last);
  useLayoutEffect(() => {
    if (last && last !== before.current) toEnd();
    before.current = last;
  }, [last, toEnd]);
}

/** A phone's keyboard, or a panel made narrower. */
function useResize(box: Box, onResize: () => void): void {
  const latest = useRef(onResize);
  latest.current = onResize;
  useEffect(() => {
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [box]);
}

/** The `created_seq` of the last message that has come into sight. */
function lastSeen(log: HTMLElement): number {
  const rows = [...log.querySelectorAll<HTMLElement>("[data-seq]")];
  const end = log.scrollTop + log.clientHeight;
  return Number(rows.findLast((row) => row.offsetTop + Math.min(row.offsetHeight, 24) <= end)?.dataset.seq ?? 0);
}
