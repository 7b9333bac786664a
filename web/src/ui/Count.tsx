import style from "./Count.module.css";

interface Props {
  count: number | string;
  /** It waits for an answer, rather than to be read. */
  isWaiting?: boolean;
  /** At the corner of what it stands in, which is positioned. */
  isAtCorner?: boolean;
}

/** How many are new. Only for the eye: what it counts is told beside it. */
export function Count({ count, isWaiting = false, isAtCorner = false }: Props) {
  const looks = [style.count, isWaiting && style.waiting, isAtCorner && style.corner];
  return (
    <span className={looks.filter(Boolean).join(" ")} aria-hidden="true">
      {count}
    </span>
  );
}
