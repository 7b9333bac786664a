/** Where the focus goes once a message is gone: to the one below it, or to where one writes; called while it is there. */
export function placeAfter(row: HTMLElement): () => void {
  const log = row.closest<HTMLElement>("[role=log]")!;
  const rows = [...row.parentElement!.querySelectorAll<HTMLElement>("[data-seq]")];
  const below = rows[rows.indexOf(row) + 1];
  const field = () => log.closest("[data-chat]")?.querySelector<HTMLElement>("textarea");
  const move = () => ((below?.isConnected ? below : field()) ?? log).focus();
  // The dialog gives the focus back in the frame after it is closed: to what is gone, or is about to be.
  return () => requestAnimationFrame(() => requestAnimationFrame(move));
}
