import type { ComponentProps, ReactNode } from "react";
import { Doodle } from "./Doodle.tsx";
import style from "./Empty.module.css";

/** Where there is nothing: a drawing, a sentence, and maybe what to do. */
export function Empty({
  of,
  text,
  children,
}: ComponentProps<typeof Doodle> & { text: ReactNode; children?: ReactNode }) {
  return (
    <div className={style.empty}>
      <Doodle of={of} />
      <p>{text}</p>
      {children}
    </div>
  );
}
