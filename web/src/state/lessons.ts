// One's lessons, with what is unread in them: lists of the API, then events of the chat.
//
// What an event doesn't tell exactly makes a lesson `stale`: an effect reads it anew.

export interface Member {
  user_id: number;
  name: string;
  role: "tutor" | "student";
  state: "invited" | "accepted";
}

export interface ChatMessage {
  id: number;
  lesson_id: number;
  seq: number;
  created_seq: number;
  author: { id: number; name: string };
  text: string;
  created_at: string;
}

export interface Summary {
  /** Others' messages behind one's mark; 100 means that many or more. */
  unread: number;
  seq: number;
  /** One's mark. */
  read: number;
  last_message: ChatMessage | null;
  /** The ids of who is in the room now. */
  present: number[];
  held: number;
}

export interface Lesson {
  id: number;
  title: string;
  starts_at: string;
  ends_at: string;
  status: "scheduled" | "cancelled";
  members: Member[];
  /** Where one is an accepted member. */
  summary?: Summary;
}

export interface Lessons {
  me: number;
  byId: ReadonlyMap<number, Lesson>;
  stale: ReadonlySet<number>;
  isLoaded: boolean;
}

export type LessonsEvent =
  | { type: "loaded"; lessons: Lesson[]; from?: string; to?: string }
  | { type: "changed"; lesson: Lesson }
  | { type: "gone"; id: number }
  | { type: "doubted"; id: number }
  | { type: "posted" | "edited" | "deleted"; message: ChatMessage }
  | { type: "read"; lesson_id: number; user_id: number; seq: number };

export const MANY = 100;

export function noLessons(me: number): Lessons {
  return { me, byId: new Map(), stale: new Set(), isLoaded: false };
}

export function lessons(state: Lessons, event: LessonsEvent): Lessons {
  switch (event.type) {
    case "loaded":
      return loaded(state, event);
    case "changed":
      return put(fresh(state, event.lesson.id), event.lesson);
    case "gone":
      return without(fresh(state, event.id), event.id);
    case "doubted":
      return doubted(state, event.id);
    case "read":
      return read(state, event);
    default:
      return told(state, event.type, event.message);
  }
}

/** Take over what lies within a time; what lay there before and isn't any more is gone. */
function loaded(state: Lessons, { lessons: given, from, to }: Extract<LessonsEvent, { type: "loaded" }>): Lessons {
  const [start, end] = [from ? Date.parse(from) : -Infinity, to ? Date.parse(to) : Infinity];
  const isAsked = (lesson: Lesson) => Date.parse(lesson.ends_at) > start && Date.parse(lesson.starts_at) < end;
  const kept = [...state.byId].filter(([, lesson]) => !isAsked(lesson));
  const byId = new Map([...kept, ...given.map((lesson) => [lesson.id, lesson] as const)]);
  return { ...state, byId, stale: new Set(), isLoaded: true };
}

function put(state: Lessons, lesson: Lesson): Lessons {
  const before = state.byId.get(lesson.id);
  const summary = lesson.summary ?? before?.summary; // what comes without one says nothing of it
  return { ...state, byId: new Map(state.byId).set(lesson.id, { ...lesson, ...(summary && { summary }) }) };
}

function without(state: Lessons, id: number): Lessons {
  const byId = new Map(state.byId);
  return byId.delete(id) ? { ...state, byId } : state;
}

function fresh(state: Lessons, id: number): Lessons {
  const stale = new Set(state.stale);
  return stale.delete(id) ? { ...state, stale } : state;
}

function doubted(state: Lessons, id: number): Lessons {
  return state.stale.has(id) ? state : { ...state, stale: new Set(state.stale).add(id) };
}

function told(state: Lessons, type: "posted" | "edited" | "deleted", message: ChatMessage): Lessons {
  const lesson = state.byId.get(message.lesson_id);
  const summary = lesson?.summary;
  if (!lesson || !summary || type === "deleted") return doubted(state, message.lesson_id);
  if (message.seq <= summary.seq) return state; // heard already
  const isLast = type === "posted" || summary.last_message?.id === message.id;
  const isUnread = type === "posted" && message.author.id !== state.me && message.created_seq > summary.read;
  return put(state, {
    ...lesson,
    summary: {
      ...summary,
      seq: message.seq,
      last_message: isLast ? message : summary.last_message,
      unread: Math.min(MANY, summary.unread + (isUnread ? 1 : 0)),
    },
  });
}

function read(state: Lessons, { lesson_id, user_id, seq }: Extract<LessonsEvent, { type: "read" }>): Lessons {
  if (user_id !== state.me) return state;
  const lesson = state.byId.get(lesson_id);
  const summary = lesson?.summary;
  if (!lesson || !summary) return doubted(state, lesson_id);
  if (seq <= summary.read) return state;
  if (seq < summary.seq && summary.unread > 0) return doubted(state, lesson_id); // how many lie behind it isn't told
  return put(state, { ...lesson, summary: { ...summary, read: seq, unread: 0 } });
}
