// Who is online, as `status:users` tells.

export type OnlineEvent = { type: "all"; ids: number[] } | { type: "came" | "went"; id: number };

export function online(state: Set<number>, event: OnlineEvent): Set<number> {
  if (event.type === "all") return new Set(event.ids);
  if (state.has(event.id) === (event.type === "came")) return state;
  const next = new Set(state);
  if (event.type === "came") next.add(event.id);
  else next.delete(event.id);
  return next;
}
