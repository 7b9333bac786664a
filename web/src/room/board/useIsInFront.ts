import { useEffect, useState } from "react";

const SIGNS = ["focus", "pointerdown", "wheel", "keydown"]; // that somebody is at this tab

/** Whether of one's tabs of a board this is the one that one was at last; alone it always is. */
export function useIsInFront(user: number, lesson: number): boolean {
  const [isInFront, setInFront] = useState(true);
  useEffect(() => {
    if (typeof BroadcastChannel === "undefined") return;
    const others = new BroadcastChannel(`rtserver board ${user} ${lesson}`);
    let isHere = true;
    const turn = (next: boolean) => {
      isHere = next;
      setInFront(next);
    };
    const come = () => {
      if (!isHere) turn(true);
      others.postMessage("here");
    };
    const sign = () => {
      if (!isHere) come();
    };
    others.onmessage = ({ data }) => {
      if (data === "here") turn(false);
      else if (isHere) others.postMessage("here");
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
