import { useSyncExternalStore } from "react";
import { type Api, take } from "./excalidraw.ts";
import { COLOURS, inkOf, type Tool, toolOf } from "./tools.ts";

export interface Hand {
  tool: Tool | undefined;
  colour: string;
  take: (tool: Tool) => void;
  dip: (colour: string) => void;
}

/** What is in the hand, as Excalidraw has it; its keys change it too. */
export function useHand(api: Api): Hand {
  const known = useSyncExternalStore(api.onChange, () => {
    const state = api.getAppState();
    const tool = toolOf(state.activeTool.type, state) ?? "";
    const ink = state.currentItemStrokeColor;
    return `${tool} ${(COLOURS as readonly string[]).includes(ink) ? ink : COLOURS[0]}`;
  });
  const [tool, colour] = known.split(" ") as [Tool | "", string];
  const use = (next: Tool, ink: string) => {
    const { type, ink: look } = inkOf(next, ink);
    take(api, type, look);
  };
  return {
    tool: tool || undefined,
    colour,
    take: (next) => use(next, colour),
    dip: (ink) => use(tool === "marker" || tool === "text" || isShape(tool) ? (tool as Tool) : "pen", ink),
  };
}

function isShape(tool: string): boolean {
  return ["line", "arrow", "rectangle", "ellipse", "diamond"].includes(tool);
}
