// One's notifications, as lists of the API and events of `notifications:user:{id}` tell of them.

export interface Notice {
  id: number;
  seq: number;
  event: string;
  data: Record<string, unknown>;
  created_at: string;
  read_at: string | null;
}

export interface Notices {
  /** Newest first; those behind `next` aren't loaded. */
  list: Notice[];
  unread: number;
  next: string | null;
  isLoaded: boolean;
}

export interface NoticePage {
  results: Notice[];
  unread: number;
  next: string | null;
}

export type NoticeEvent =
  | { type: "loaded"; page: NoticePage }
  | { type: "more"; page: NoticePage }
  | { type: "arrived"; notice: Notice }
  | { type: "read"; ids: number[] | "all"; unread?: number; at: string };

export const NO_NOTICES: Notices = { list: [], unread: 0, next: null, isLoaded: false };

export function notices(state: Notices, event: NoticeEvent): Notices {
  switch (event.type) {
    case "loaded":
      return { ...page(event.page), list: joined(later(state, event.page), event.page.results) };
    case "more":
      return { ...page(event.page), list: joined(state.list, event.page.results) };
    case "arrived":
      return arrived(state, event.notice);
    case "read":
      return read(state, event);
  }
}

function page({ unread, next }: NoticePage): Pick<Notices, "unread" | "next" | "isLoaded"> {
  return { unread, next, isLoaded: true };
}

/** What arrived while the page was on its way. */
function later(state: Notices, { results }: NoticePage): Notice[] {
  return state.list.filter(({ seq }) => seq > (results[0]?.seq ?? 0));
}

function joined(newer: Notice[], older: Notice[]): Notice[] {
  const known = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !known.has(id))];
}

function arrived(state: Notices, notice: Notice): Notices {
  if (state.list.some(({ id }) => id === notice.id)) return state;
  const list = [notice, ...state.list].sort((a, b) => b.seq - a.seq);
  return { ...state, list, unread: state.unread + (notice.read_at ? 0 : 1) };
}

function read(state: Notices, { ids, unread, at }: Extract<NoticeEvent, { type: "read" }>): Notices {
  const isMeant = (notice: Notice) => !notice.read_at && (ids === "all" || ids.includes(notice.id));
  const count = state.list.filter(isMeant).length;
  const left = unread ?? (ids === "all" ? 0 : Math.max(0, state.unread - count));
  if (!count && left === state.unread) return state;
  return { ...state, unread: left, list: state.list.map((each) => (isMeant(each) ? { ...each, read_at: at } : each)) };
}
