import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";

export type Tab = "chat" | "people";

export interface Places {
  isPhone: boolean;
  /** The panel's tab, shown or not. */
  tab: Tab;
  isPanelShown: boolean;
  isBoardShown: boolean;
  /** Turn to a tab of the panel; on a phone the board makes room for it. */
  turnTo: (tab: Tab) => void;
  /** Show the board alone; the focus goes to what opens the panel again. */
  closePanel: () => void;
  opener: RefObject<HTMLButtonElement | null>;
}

const PHONE = matchMedia("(max-width: 48rem)");
const WIDE = matchMedia("(min-width: 62rem)"); // room for board and panel at once

/** What of the room is on the screen. */
export function usePlaces(): Places {
  const isPhone = useSyncExternalStore(watchPhone, () => PHONE.matches);
  const [tab, setTab] = useState<Tab>("chat");
  const [isOpen, setOpen] = useState(WIDE.matches);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => setOpen(!isPhone && WIDE.matches), [isPhone]); // as when a tablet is turned
  return {
    isPhone,
    tab,
    isPanelShown: isOpen,
    isBoardShown: !isPhone || !isOpen,
    turnTo: (chosen) => {
      setTab(chosen);
      setOpen(true);
    },
    closePanel: () => {
      setOpen(false);
      opener.current?.focus();
    },
    opener,
  };
}

function watchPhone(listener: () => void): () => void {
  PHONE.addEventListener("change", listener);
  return () => PHONE.removeEventListener("change", listener);
}
