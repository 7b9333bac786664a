// The board taken along: as a picture, on paper, or as an archive of the whole lesson.

import { save } from "../../ui/save.ts";
import { type Api, drawingOf, pictureOf } from "./excalidraw.ts";

export async function saveBoard(api: Api, title: string, as: "png" | "svg"): Promise<void> {
  const url = URL.createObjectURL(await (as === "png" ? pictureOf(api) : drawingOf(api)));
  save(url, `${nameOf(title)}.${as}`);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A title as a file's name, without what systems forbid there. */
export function nameOf(title: string): string {
  return title.replace(/[\\/:*?"<>|.\s]+/g, " ").trim() || "board";
}

/** Print the board alone; browsers make a PDF of it, too. */
export async function printBoard(api: Api): Promise<void> {
  const url = URL.createObjectURL(await pictureOf(api));
  const sheet = Object.assign(document.createElement("img"), { src: url, className: "board-sheet", alt: "" });
  await sheet.decode();
  document.body.append(sheet);
  const clear = () => {
    sheet.remove();
    URL.revokeObjectURL(url);
  };
  addEventListener("afterprint", clear, { once: true });
  print();
}
