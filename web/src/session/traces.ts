// What a browser keeps of it that somebody has signed in: that there may be a cookie, and whether for longer.

const WAS_HERE = "rtserver login";
const REMEMBERED = "remembered";

export function wasHere(): boolean {
  return kept() !== null;
}

/** Whether the login that is here outlasts the browser. */
export function isRemembered(): boolean {
  return kept() === REMEMBERED;
}

export function keepTrace({ remember }: { remember: boolean }): void {
  try {
    localStorage.setItem(WAS_HERE, remember ? REMEMBERED : "1");
  } catch {
    // Forbidden: each visit asks.
  }
}

export function dropTrace(): void {
  try {
    localStorage.removeItem(WAS_HERE);
  } catch {
    // There is none.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(WAS_HERE);
  } catch {
    return ""; // it can't be known: ask
  }
}
