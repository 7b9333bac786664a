import style from "./Heading.module.css";
import { useTitle } from "./useTitle.ts";

/** A page's heading, underlined as by a pen of the school's colour; the window's title says it too. */
export function Heading({ children, id }: { children: string; id?: string }) {
  useTitle(children);
  return (
    <h1 className={style.heading} id={id} tabIndex={-1}>
      <span className={style.words}>
        {children}
        <svg className={style.stroke} viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true">
          <path d="M2 8C40 2 70 4 98 6s66 4 100-3" vectorEffect="non-scaling-stroke" />
        </svg>
      </span>
    </h1>
  );
}
