// Where the focus goes when what had it is gone.

const REACHED = ":is(a[href], button, input, select, textarea, [tabindex]):not(.excalidraw, .excalidraw *)";

/**
 * Keep the focus near where it was: what is pressed may go by that, and then whoever listens to a screen reader is
 * nowhere. On another page it goes to the heading. What is opened beside the root, and Excalidraw, see to it themselves.
 */
export function keepFocus(root: HTMLElement): void {
  let trail: Element[] = []; // what had the focus, and what that stands in, up to the root
  const isLost = () => document.activeElement === document.body;
  const mend = () => {
    if (trail[0]?.isConnected === false && isLost()) moveIn(root, trail);
  };
  document.addEventListener("focusin", ({ target }) => {
    if (root.contains(target as Node)) trail = trailOf(target as Element, root);
  });
  document.addEventListener("focusout", () =>
    queueMicrotask(() => {
      // Whoever clicks beside everything wants it nowhere.
      if (isLost() && trail[0]?.isConnected && !trail[0].closest("[inert]")) trail = [];
    }),
  );
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
}

function trailOf(target: Element, root: Element): Element[] {
  const trail = [target];
  while (trail.at(-1) !== root) trail.push(trail.at(-1)!.parentElement!);
  return trail;
}

/** Move the focus to the first thing in the nearest place that is still there. */
function moveIn(root: Element, trail: readonly Element[]): void {
  for (const place of trail.filter((each) => each.isConnected)) {
    const wanted = place === root ? "h1[tabindex]" : REACHED;
    const found = [...place.querySelectorAll<HTMLElement>(wanted)].find((each) => each.checkVisibility());
    found?.focus();
    if (found) return;
  }
}
