// What index.html holds until the page starts, and then makes room for it: it says that the page couldn't be loaded.

const unstarted = () => document.querySelector<HTMLElement>(".unstarted");

/** Have its links keep what stands after the # of an address, as in a mail's; without scripts they can't. */
export function keepFragment(): void {
  unstarted()?.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    location.reload();
  });
}

/** Show it at once. */
export function showUnstarted(): void {
  unstarted()?.classList.add("now");
}
