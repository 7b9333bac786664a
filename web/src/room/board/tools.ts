// The tools as a lesson has them: a pen and a marker are one tool of Excalidraw's, with different ink.

export const COLOURS = ["#1e1e1e", "#e03131", "#1971c2", "#2f9e44", "#f08c00"] as const;

/** What there is to choose from for what is selected. */
export const WIDTHS = [1, 2, 4, 8] as const;
export const OPACITIES = [100, 70, 40] as const; // percent

export type Tool = "select" | "pen" | "marker" | "eraser" | "text" | "laser" | Shape;
export type Shape = "line" | "arrow" | "rectangle" | "ellipse" | "diamond";

export const SHAPES: readonly Shape[] = ["line", "arrow", "rectangle", "ellipse", "diamond"];

type Type = "selection" | "freedraw" | "eraser" | "text" | "laser" | Shape;

/** Of Excalidraw's state. */
export interface Ink {
  currentItemStrokeColor: string;
  currentItemStrokeWidth: number;
  currentItemOpacity: number;
}

const TYPES: Partial<Record<Tool, Type>> = { select: "selection", pen: "freedraw", marker: "freedraw" };
const [THIN, BROAD, THROUGH] = [1, 8, 40];
const YELLOW = "#fab005"; // black would hide what it marks

/** What Excalidraw is told for a tool and a colour. */
export function inkOf(tool: Tool, colour: string): { type: Type; ink: Ink } {
  const isMarker = tool === "marker";
  return {
    type: TYPES[tool] ?? (tool as Type),
    ink: {
      currentItemStrokeColor: isMarker && colour === COLOURS[0] ? YELLOW : colour,
      currentItemStrokeWidth: isMarker ? BROAD : tool === "pen" ? THIN : 2,
      currentItemOpacity: isMarker ? THROUGH : 100,
    },
  };
}

/** Which tool is in the hand, whoever put it there; nothing where it is none of ours. */
export function toolOf(type: string, { currentItemOpacity }: Pick<Ink, "currentItemOpacity">): Tool | undefined {
  if (type === "freedraw") return currentItemOpacity < 100 ? "marker" : "pen";
  if (type === "selection") return "select";
  const others: readonly string[] = ["eraser", "text", "laser", ...SHAPES];
  return others.includes(type) ? (type as Tool) : undefined;
}
