import style from "./Avatar.module.css";

const HUES = 8;

/** Somebody's initials on a colour of their own; the name stands beside it, or in `label`. */
export function Avatar({ id, name, label = false }: { id: number; name: string; label?: boolean }) {
  const initials = name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]!.toUpperCase())
    .join("");
  const named = label
    ? ({ role: "img", "aria-label": name, title: name } as const)
    : ({ "aria-hidden": true } as const);
  return <span className={`${style.avatar} ${style[`hue${id % HUES}`]}`} data-initials={initials} {...named} />;
}
