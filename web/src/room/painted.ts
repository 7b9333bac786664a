const LATEST = 300; // milliseconds: a page that isn't seen paints nothing

/** Wait until what is there has been painted. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    const latest = setTimeout(resolve, LATEST);
    requestAnimationFrame(() => {
      clearTimeout(latest);
      setTimeout(resolve);
    });
  });
}
