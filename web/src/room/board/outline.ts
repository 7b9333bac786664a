// The board in words, for whoever can't see it: what is written and drawn, from top to bottom.

export interface Item {
  id: string;
  kind: "text" | "stroke" | "shape" | "picture";
  /** Excalidraw's word, for shapes. */
  type: string;
  text: string;
  /** Who changed it last, where that was heard. */
  by?: number;
}

interface Element {
  id: string;
  type: string;
  y: number;
  x: number;
  isDeleted?: boolean;
  text?: string;
  containerId?: string | null;
}

const KINDS: Record<string, Item["kind"]> = { text: "text", freedraw: "stroke", image: "picture" };
const LINE = 40; // units: what is so near stands in one line

export function outline(elements: readonly Element[], authors: ReadonlyMap<string, number>): Item[] {
  const live = elements.filter(({ isDeleted }) => !isDeleted);
  const labels = new Map(live.filter(({ containerId }) => containerId).map((each) => [each.containerId!, each.text]));
  const inReading = live
    .filter(({ containerId }) => !containerId)
    .sort((a, b) => Math.round(a.y / LINE) - Math.round(b.y / LINE) || a.x - b.x);
  return inReading.map(({ id, type, text }) => {
    const by = authors.get(id);
    const kind = KINDS[type] ?? "shape";
    return { id, kind, type, text: text ?? labels.get(id) ?? "", ...(by !== undefined && { by }) };
  });
}

/** Strokes one after the other by the same person are told once, with how many they are. */
export function gathered(items: readonly Item[]): (Item & { count: number })[] {
  const all: (Item & { count: number })[] = [];
  for (const item of items) {
    const last = all.at(-1);
    if (last && item.kind === "stroke" && last.kind === "stroke" && last.by === item.by) last.count++;
    else all.push({ ...item, count: 1 });
  }
  return all;
}
