import { pieces } from "./links.ts";
import style from "./Message.module.css";

/** What somebody wrote: text as text, with its lines, and its addresses as links. */
export function Words({ text }: { text: string }) {
  return (
    <p className={style.words} dir="auto">
      {pieces(text).map((piece, n) =>
        typeof piece === "string" ? (
          piece
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other
          <a key={n} dir="ltr" href={piece.href} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ),
      )}
    </p>
  );
}
