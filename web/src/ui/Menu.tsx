import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Menu as AriaMenu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { type ButtonLook, buttonClass } from "./Button.tsx";
import { Escape } from "./Escape.tsx";
import style from "./Menu.module.css";

export interface Choice {
  id: string;
  text: ReactNode;
  icon?: ReactNode;
  isDangerous?: boolean;
  onChoose: () => void;
}

interface Props extends ButtonLook {
  /** The name of the button, for who can't see it. */
  label: string;
  button: ReactNode;
  /** What stands above the choices. */
  head?: ReactNode;
  choices: Choice[];
}

/** A button that opens a list of things to do. */
export function Menu({ label, button, head, choices, ...look }: Props) {
  return (
    <MenuTrigger>
      <AriaButton className={buttonClass({ kind: "quiet", ...look })} aria-label={label}>
        {button}
      </AriaButton>
      <Popover className={style.popover!} placement="bottom end">
        <Escape />
        {head && <div className={style.head}>{head}</div>}
        <AriaMenu className={style.menu!} aria-label={label}>
          {choices.map(({ id, text, icon, isDangerous, onChoose }) => (
            <MenuItem
              key={id}
              id={id}
              className={`${style.item} ${isDangerous ? style.danger : ""}`}
              textValue={typeof text === "string" ? text : id}
              onAction={onChoose}
            >
              {icon}
              <span>{text}</span>
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
