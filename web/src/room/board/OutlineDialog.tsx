import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/Dialog.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./dialogs.module.css";
import type { Api } from "./excalidraw.ts";
import { gathered, type Item, outline } from "./outline.ts";

interface Props {
  api: Api;
  authors: ReadonlyMap<string, number>;
  onClose: () => void;
}

const PACE = 1_000;
const MOST = 500; // lines; who listens to more than that

/** The board in words, kept up while others draw. */
export function OutlineDialog({ api, authors, onClose }: Props) {
  const { t } = useTranslation();
  const items = useOutline(api, authors);
  return (
    <Dialog title={t("board.outline")} onClose={onClose}>
      {items.length === 0 && <p>{t("outline.empty")}</p>}
      <ul className={style.outline}>
        {items.slice(0, MOST).map((item) => (
          <Line key={item.id} item={item} />
        ))}
      </ul>
      {items.length > MOST && <p>{t("outline.more", { count: items.length - MOST })}</p>}
    </Dialog>
  );
}

function Line({ item }: { item: Item & { count: number } }) {
  const { t } = useTranslation();
  const { nameOf } = useRoom();
  const { kind, type, text, by, count } = item;
  const what =
    kind === "shape" ? t(`shape.${type}`, { defaultValue: t("shape.other") }) : t(`outline.${kind}`, { count });
  const name = by === undefined ? undefined : nameOf(by);
  return (
    <li>
      {text ? <span className={style.quote}>{text}</span> : <strong>{what}</strong>}
      <span className={style.about}>{[text && what, name].filter(Boolean).join(", ")}</span>
    </li>
  );
}

function useOutline(api: Api, authors: ReadonlyMap<string, number>) {
  const read = () => gathered(outline(api.getSceneElements() as Parameters<typeof outline>[0], authors));
  const [items, setItems] = useState(read);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is made of the others
  useEffect(() => {
    const timer = setInterval(() => setItems(read()), PACE);
    return () => clearInterval(timer);
  }, [api, authors]);
  return items;
}
