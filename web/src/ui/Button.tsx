import type { ComponentProps } from "react";
import style from "./controls.module.css";

export type Kind = "primary" | "plain" | "quiet" | "danger";

export interface ButtonLook {
  kind?: Kind | undefined;
  large?: boolean | undefined;
  wide?: boolean | undefined;
  /** A button of an icon alone: it needs an `aria-label`. */
  icon?: boolean | undefined;
}

/** The classes of a button, for links and other components that look like one. */
export function buttonClass({ kind = "plain", large, wide, icon }: ButtonLook = {}): string {
  return [style.button, kind !== "plain" && style[kind], large && style.large, wide && style.wide, icon && style.icon]
    .filter(Boolean)
    .join(" ");
}

type Props = ComponentProps<"button"> & ButtonLook & { waiting?: boolean };

/** A button; while `waiting` it does nothing, and keeps the focus. */
export function Button({ kind, large, wide, icon, waiting = false, onClick, children, className, ...more }: Props) {
  return (
    <button
      type="button"
      {...more}
      className={`${buttonClass({ kind, large, wide, icon })} ${className ?? ""}`}
      aria-disabled={waiting || undefined}
      onClick={waiting ? (event) => event.preventDefault() : onClick}
    >
      {waiting && <span className={style.waiting} />}
      {children}
    </button>
  );
}
