import { useTranslation } from "react-i18next";
import { Menu } from "../../ui/Menu.tsx";
import { Colours } from "./Colours.tsx";
import { type Api, change, type Look } from "./excalidraw.ts";
import { FadedIcon, WidthIcon, WidthsIcon } from "./icons.tsx";
import style from "./Toolbar.module.css";
import { OPACITIES, WIDTHS } from "./tools.ts";
import { useSelection } from "./useSelection.ts";

/** On a phone, where Excalidraw's own panel has no place: what the things that are selected look like. */
export function SelectionBar({ api }: { api: Api }) {
  const { t } = useTranslation();
  const look = useSelection(api);
  if (!look) return null;
  const give = (next: Partial<Look>) => change(api, next);
  return (
    <div className={`${style.tools} ${style.above}`} role="toolbar" aria-label={t("selection.look")}>
      <Colours colour={look.strokeColor} onChoose={(strokeColor) => give({ strokeColor })} />
      <Menu
        label={t("selection.width")}
        icon
        button={<WidthsIcon />}
        choices={WIDTHS.map((strokeWidth, n) => ({
          id: String(strokeWidth),
          text: t(`width.${n}`),
          icon: <WidthIcon width={n + 1} />,
          onChoose: () => give({ strokeWidth }),
        }))}
      />
      <Menu
        label={t("selection.opacity")}
        icon
        button={<FadedIcon />}
        choices={OPACITIES.map((opacity) => ({
          id: String(opacity),
          text: t("selection.percent", { number: opacity }),
          onChoose: () => give({ opacity }),
        }))}
      />
    </div>
  );
}
