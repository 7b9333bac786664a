// What a browser keeps of it that somebody has signed in: nothing but that there may be a cookie.

const WAS_HERE = "rtserver login";

export function wasHere(): boolean {
  try {
    return localStorage.getItem(WAS_HERE) !== null;
  } catch {
    return true; // it can't be known: ask
  }
}

export function keepTrace(isHere: boolean): void {
  try {
    if (isHere) localStorage.setItem(WAS_HERE, "1");
    else localStorage.removeItem(WAS_HERE);
  } catch {
    // Forbidden: each visit asks.
  }
}
