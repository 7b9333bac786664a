import { useEffect, useState } from "react";
import { newKey } from "../../session/outbox.ts";

const SIGNS = ["focus", "pointerdown", "wheel", "keydown"]; // that somebody is at this tab

/** That somebody came to a tab: when, in milliseconds since 1970, and which tab it is. */
export interface Coming {
  at: number;
  tab: string;
}

/** Whether one came later than the other: of two whose words cross, both tabs name the same. */
export function isLater(one: Coming, other: Coming): boolean {
  return one.at > other.at || (one.at === other.at && one.tab > other.tab);
}

/** Whether of one's tabs of a board this is the one that one was at last; alone it always is. */
export function useIsInFront(user: number, lesson: number): boolean {
  const [isInFront, setInFront] = useState(true);
  useEffect(() => {
    if (typeof BroadcastChannel === "undefined") return;
    const others = new BroadcastChannel(`rtserver board ${user} ${lesson}`);
    const own: Coming = { at: 0, tab: newKey() };
    let isHere = true;
    const turn = (next: boolean) => {
      isHere = next;
      setInFront(next);
    };
    const come = () => {
      if (!isHere) turn(true);
      own.at = Date.now();
      others.postMessage(own);
    };
    const sign = () => {
      if (!isHere) come();
    };
    others.onmessage = ({ data }: MessageEvent<Coming | "who is?">) => {
      if (data !== "who is?") {
        if (isLater(data, own)) turn(false);
      } else if (isHere) come();
    };
    if (document.hasFocus()) come();
    else others.postMessage("who is?"); // it was opened behind the others
    for (const type of SIGNS) addEventListener(type, sign, { capture: true, passive: true });
    return () => {
      for (const type of SIGNS) removeEventListener(type, sign, { capture: true });
      others.close();
    };
  }, [user, lesson]);
  return isInFront;
}
