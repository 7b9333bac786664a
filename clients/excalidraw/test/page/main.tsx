// index.html?server=http://127.0.0.1:8080&lesson=1&token=…: what tests/browser/test_excalidraw.py opens.

import { Excalidraw, loadFromBlob } from "@excalidraw/excalidraw";
import "@excalidraw/excalidraw/index.css";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Client } from "rtserver-client";
import { bind, type Binding } from "../../dist/index.js";

const query = new URLSearchParams(location.search);
const told = { reloads: [] as string[], refused: [] as string[], errors: [] as string[], patches: 0, previews: 0, names: new Set<unknown>() };
const client = new Client({
  url: query.get("server")!,
  token: () => query.get("token")!,
  onReload: (_channel, reason) => told.reloads.push(reason),
  onError: (error) => told.errors.push(String(error)),
  backoff: { base: 50, cap: 300 },
});
const board = client.subscribe(`board:lesson:${Number(query.get("lesson"))}`);
board.on("board.patch", () => void told.patches++);
board.on("board.preview", () => void told.previews++);

function Board() {
  const [api, setApi] = useState<ExcalidrawImperativeAPI>();
  const [bound, setBound] = useState<Binding>();
  const [canDraw, setCanDraw] = useState(true);
  useEffect(() => {
    if (!api) return;
    const binding = bind(api, board, {
      name: (id) => `User ${id}`,
      // With ?loose the page leaves the tools to whoever may only look.
      onCanDraw: (can) => setCanDraw(can || query.has("loose")),
      onRefused: ({ code }) => told.refused.push(code),
      onError: (error) => told.errors.push(String(error)),
      elementBytes: Number(query.get("bytes") ?? 131_072),
      cursorSeconds: Number(query.get("cursor") ?? 10),
    });
    api.onChange((_elements, { collaborators }) => collaborators.forEach(({ username }) => told.names.add(username)));
    setBound(binding);
    Object.assign(window, { page: { api, binding, board, client, told, loadFromBlob } });
    return () => void binding.close();
  }, [api]);
  return (
    <Excalidraw
      excalidrawAPI={setApi}
      onChange={bound?.onChange}
      onPointerUpdate={bound?.onPointerUpdate}
      viewModeEnabled={!canDraw}
    />
  );
}

createRoot(document.getElementById("root")!).render(<Board />);
void client.connect();
