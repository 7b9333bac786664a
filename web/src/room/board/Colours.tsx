import { useTranslation } from "react-i18next";
import { useScheme } from "../../school/useScheme.ts";
import { Menu } from "../../ui/Menu.tsx";
import style from "./Toolbar.module.css";
import { COLOURS } from "./tools.ts";

/** The colour of a pen, or of what is selected, and the others to choose from. */
export function Colours({ colour, onChoose }: { colour: string; onChoose: (colour: string) => void }) {
  const { t } = useTranslation();
  const scheme = useScheme();
  const drop = (ink: string) => <span className={style.drop} data-scheme={scheme} style={{ background: ink }} />;
  return (
    <Menu
      label={t("board.colour")}
      icon
      button={drop(colour)}
      choices={COLOURS.map((ink, n) => ({
        id: ink,
        text: t(`colour.${n}`),
        icon: drop(ink),
        onChoose: () => onChoose(ink),
      }))}
    />
  );
}
