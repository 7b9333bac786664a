import { useContext, useLayoutEffect } from "react";
import { OverlayTriggerStateContext } from "react-aria-components/Dialog";

const open: symbol[] = []; // what was opened last is at the end

/**
 * Stands inside of a dialog, a menu or a popover: Escape closes it also where the focus isn't in there.
 *
 * React Aria hears keys from inside alone. Of who uses a screen reader the focus moves in only after the next frame, and
 * for a moment out again, which on a busy machine lasts; what is behind is inert by then, so keys go to the body.
 */
export function Escape() {
  const overlay = useContext(OverlayTriggerStateContext);
  const close = overlay?.close;
  useLayoutEffect(() => {
    const self = Symbol();
    open.push(self);
    const hear = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || open.at(-1) !== self || isInside(event.target as Element)) return;
      event.stopImmediatePropagation(); // nothing behind is meant
      close?.();
    };
    document.addEventListener("keydown", hear, { capture: true });
    return () => {
      document.removeEventListener("keydown", hear, { capture: true });
      open.splice(open.indexOf(self), 1);
    };
  }, [close]);
  return null;
}

/** All that is opened stands beside the page's root. */
function isInside(target: Element): boolean {
  return target !== document.body && !document.getElementById("root")!.contains(target);
}
