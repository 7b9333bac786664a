import type { ReactNode } from "react";
import style from "./Sheet.module.css";

/** A sheet on squared paper: signing in, and what is said on a page of its own. */
export function Sheet({ head, foot, children }: { head?: ReactNode; foot?: ReactNode; children: ReactNode }) {
  return (
    <div className={style.desk}>
      {head && <header>{head}</header>}
      <main className={style.sheet}>{children}</main>
      {foot && <footer>{foot}</footer>}
    </div>
  );
}
