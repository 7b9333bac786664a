// Light, dark, or as the device is: a wish of this browser.

export type Look = "device" | "light" | "dark";

const KEPT = "rtserver look";

export function chosenLook(): Look {
  try {
    const look = localStorage.getItem(KEPT);
    return look === "light" || look === "dark" ? look : "device";
  } catch {
    return "device";
  }
}

export function chooseLook(look: Look): void {
  try {
    localStorage.setItem(KEPT, look);
  } catch {
    // It holds until the page is closed.
  }
  applyLook(look);
}

export function applyLook(look: Look = chosenLook()): void {
  if (look === "device") delete document.documentElement.dataset.look;
  else document.documentElement.dataset.look = look;
}
