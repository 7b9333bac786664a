import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { MoreIcon, PenIcon } from "../../ui/icons.tsx";
import { type Choice, Menu } from "../../ui/Menu.tsx";
import { Colours } from "./Colours.tsx";
import { type Api, press } from "./excalidraw.ts";
import * as icons from "./icons.tsx";
import style from "./Toolbar.module.css";
import { SHAPES, type Tool } from "./tools.ts";
import { useHand } from "./useHand.ts";

interface Props {
  api: Api;
  place: () => HTMLElement;
  isPhone: boolean;
  onPicture: () => void;
}

const ICONS: Record<Tool, ComponentType<{ size?: number }>> = {
  select: icons.ArrowheadIcon,
  pen: PenIcon,
  marker: icons.MarkerIcon,
  eraser: icons.EraserIcon,
  text: icons.TextIcon,
  laser: icons.LaserIcon,
  line: icons.LineIcon,
  arrow: icons.PointerIcon,
  rectangle: icons.RectangleIcon,
  ellipse: icons.EllipseIcon,
  diamond: icons.DiamondIcon,
};
const SHOWN: readonly Tool[] = ["pen", "marker", "eraser", "text"];
const ALSO: readonly Tool[] = ["select", "laser"]; // on a phone behind "more"

/** The tools that a lesson needs, large; shapes behind "more". */
export function Toolbar({ api, place, isPhone, onPicture }: Props) {
  const { t } = useTranslation();
  const hand = useHand(api);
  const tools = isPhone ? SHOWN : [...SHOWN, ...ALSO];
  const choose = (tool: Tool): Choice => {
    const Icon = ICONS[tool];
    return { id: tool, text: t(`tool.${tool}`), icon: <Icon />, onChoose: () => hand.take(tool) };
  };
  const more: Choice[] = [
    ...(isPhone ? ALSO.map(choose) : []),
    ...SHAPES.map(choose),
    { id: "picture", text: t("tool.picture"), icon: <icons.PictureIcon />, onChoose: onPicture },
  ];
  const isMore = hand.tool !== undefined && !tools.includes(hand.tool);
  return (
    <div className={style.tools} role="toolbar" aria-label={t("board.tools")}>
      {tools.map((tool) => (
        <ToolButton key={tool} tool={tool} isTaken={hand.tool === tool} onTake={() => hand.take(tool)} />
      ))}
      <Colours colour={hand.colour} onChoose={hand.dip} />
      <HistoryButton what="undo" place={place} />
      {!isPhone && <HistoryButton what="redo" place={place} />}
      <Menu
        label={t("board.more_tools")}
        icon
        {...(isMore && { kind: "primary" as const })}
        button={<MoreIcon />}
        choices={more}
      />
    </div>
  );
}

function ToolButton({ tool, isTaken, onTake }: { tool: Tool; isTaken: boolean; onTake: () => void }) {
  const { t } = useTranslation();
  const Icon = ICONS[tool];
  const name = t(`tool.${tool}`);
  return (
    <button type="button" className={style.tool} aria-label={name} title={name} aria-pressed={isTaken} onClick={onTake}>
      <Icon />
    </button>
  );
}

function HistoryButton({ what, place }: { what: "undo" | "redo"; place: () => HTMLElement }) {
  const { t } = useTranslation();
  const name = t(what === "undo" ? "tool.undo" : "tool.redo");
  const Icon = what === "undo" ? icons.UndoIcon : icons.RedoIcon;
  return (
    <button type="button" className={style.tool} aria-label={name} title={name} onClick={() => press(place(), what)}>
      <Icon />
    </button>
  );
}
