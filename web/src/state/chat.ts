// A lesson's chat: pages of its history, then events of `chat:user:{id}`, and what one sends oneself.

import type { HeldDecision, HeldMessage, Message, MessageFile } from "rtserver-client";

/** What one has written and isn't answered yet; `failed` is the code of what is in its way. */
export interface Outgoing {
  client_id: string;
  text: string;
  files: MessageFile[];
  failed: string | null;
}

export interface HistoryPage {
  /** Newest first, without what was deleted. */
  results: Message[];
  next: string | null;
  /** Up to which change of the chat this is true. */
  seq: number;
  reads: Record<string, number>;
}

export interface Chat {
  me: number;
  isLoaded: boolean;
  /** It couldn't be read, and not for want of a connection. */
  isBroken: boolean;
  /** By id; what was deleted while one looked stays, without a text. */
  messages: readonly Message[];
  /** Where the messages before the first one are; `null`: there are none. */
  next: string | null;
  /** Changes of messages that aren't loaded. */
  late: readonly Message[];
  /** How far each member has read, by `created_seq`. */
  reads: Readonly<Record<number, number>>;
  /** Who is writing, and when that was told last. */
  typing: ReadonlyMap<number, number>;
  /** What waits for a tutor: to tutors all, to students their own. */
  held: readonly HeldMessage[];
  /** One's own that a tutor has refused, until one has seen it. */
  refused: readonly HeldMessage[];
  outgoing: readonly Outgoing[];
  isLooking: boolean;
  /** One's mark when one began to look, if something was unread then. */
  line: number | null;
}

export type ChatEvent =
  | { type: "loaded" | "older"; page: HistoryPage }
  | { type: "broken" }
  | { type: "new" | "edited" | "deleted"; message: Message }
  | { type: "read"; user_id: number; seq: number }
  | { type: "typing"; user_id: number; at: number }
  | { type: "passed"; user_id: number; at: number }
  | { type: "waiting"; held: HeldMessage[] }
  | { type: "held"; held: HeldMessage }
  | { type: "decided"; decision: HeldDecision }
  | { type: "queued"; outgoing: Outgoing }
  | { type: "failed"; client_id: string; code: string }
  | { type: "dropped"; client_id: string }
  | { type: "seen"; held_id: number }
  | { type: "looks" | "away" };

export function noChat(me: number): Chat {
  return {
    me,
    isLoaded: false,
    isBroken: false,
    messages: [],
    next: null,
    late: [],
    reads: {},
    typing: new Map(),
    held: [],
    refused: [],
    outgoing: [],
    isLooking: false,
    line: null,
  };
}

export function chat(state: Chat, event: ChatEvent): Chat {
  switch (event.type) {
    case "loaded":
      return lined({ ...loaded(state, event.page), isLoaded: true, isBroken: false }, !state.isLoaded);
    case "broken":
      return { ...state, isBroken: true };
    case "older":
      return older(state, event.page);
    case "new":
    case "edited":
    case "deleted":
      return settled(told(state, event.type, event.message), event.message.client_id);
    case "read":
      return read(state, event.user_id, event.seq);
    case "typing":
      return { ...state, typing: new Map(state.typing).set(event.user_id, event.at) };
    case "passed":
      return state.typing.get(event.user_id) === event.at
        ? { ...state, typing: without(state.typing, event.user_id) }
        : state;
    case "waiting":
      return { ...state, held: event.held };
    case "held":
      return settled({ ...state, held: withHeld(state.held, event.held) }, event.held.client_id);
    case "decided":
      return decided(state, event.decision);
    case "looks":
      return state.isLooking ? state : lined({ ...state, isLooking: true }, true);
    case "away":
      return state.isLooking ? { ...state, isLooking: false } : state;
    default:
      return sending(state, event);
  }
}

/** One's own mark. */
export function mark({ reads, me }: Chat): number {
  return reads[me] ?? 0;
}

/** Others' messages behind one's mark, of those that are loaded. */
export function unread(state: Chat): Message[] {
  return state.messages.filter((each) => isOthers(state, each) && each.created_seq > mark(state));
}

/** Who else has read a message. */
export function readers({ reads, me }: Chat, { created_seq }: Message): number[] {
  const all = Object.entries(reads).map(([id, seq]) => [Number(id), seq] as const);
  return all.filter(([id, seq]) => id !== me && seq >= created_seq).map(([id]) => id);
}

function isOthers({ me }: Chat, { author, deleted }: Message): boolean {
  return author.id !== me && !deleted;
}

/** A page from the newest on takes the place of all; what was told after it stays. */
function loaded(state: Chat, page: HistoryPage): Chat {
  const since = [...state.messages, ...state.late].filter(({ seq }) => seq > page.seq);
  return placed({ ...state, reads: furthest(state.reads, page.reads) }, page, since);
}

function older(state: Chat, page: HistoryPage): Chat {
  return placed(state, page, [...state.messages, ...state.late]);
}

/** Put a page among what is known: the later state of each message wins. */
function placed(state: Chat, page: HistoryPage, known: Message[]): Chat {
  const byId = new Map(page.results.map((message) => [message.id, message]));
  for (const each of known) if (each.seq > (byId.get(each.id)?.seq ?? 0)) byId.set(each.id, each);
  const all = [...byId.values()].sort((a, b) => a.id - b.id);
  const first = page.next === null ? 0 : Math.min(...page.results.map(({ id }) => id));
  const [messages, late] = [all.filter(({ id }) => id >= first), all.filter(({ id }) => id < first)];
  return { ...state, messages, late, next: page.next };
}

function furthest(one: Chat["reads"], other: Chat["reads"]): Chat["reads"] {
  const all = { ...one };
  for (const [id, seq] of Object.entries(other)) all[Number(id)] = Math.max(seq, all[Number(id)] ?? 0);
  return all;
}

function told(state: Chat, type: "new" | "edited" | "deleted", message: Message): Chat {
  const isLoaded = type === "new" || (state.isLoaded && message.id >= firstOf(state));
  const typing = type === "new" ? without(state.typing, message.author.id) : state.typing;
  if (!isLoaded) return { ...state, late: put(state.late, message) };
  return { ...state, typing, messages: put(state.messages, message) };
}

/** The id from which on everything is loaded. */
function firstOf({ messages, next }: Chat): number {
  return next === null ? 0 : (messages[0]?.id ?? 0);
}

function put(list: readonly Message[], message: Message): readonly Message[] {
  const known = list.find(({ id }) => id === message.id);
  if (known && known.seq >= message.seq) return list;
  return [...list.filter(({ id }) => id !== message.id), message].sort((a, b) => a.id - b.id);
}

function read(state: Chat, user_id: number, seq: number): Chat {
  if (seq <= (state.reads[user_id] ?? 0)) return state;
  return { ...state, reads: { ...state.reads, [user_id]: seq } };
}

function without(typing: Chat["typing"], user: number): Chat["typing"] {
  return typing.has(user) ? new Map([...typing].filter(([id]) => id !== user)) : typing;
}

function withHeld(list: readonly HeldMessage[], held: HeldMessage): readonly HeldMessage[] {
  return [...list.filter(({ held_id }) => held_id !== held.held_id), held].sort((a, b) => a.held_id - b.held_id);
}

function decided(state: Chat, { held_id, approved, by }: HeldDecision): Chat {
  const found = state.held.find((each) => each.held_id === held_id);
  if (!found) return state;
  const isRefused = !approved && found.author.id === state.me && by !== state.me;
  const refused = isRefused ? [...state.refused, found] : state.refused;
  return { ...state, refused, held: state.held.filter((each) => each !== found) };
}

/** It has arrived: nothing of it waits any more. */
function settled(state: Chat, client_id: string | null): Chat {
  if (client_id === null || !state.outgoing.some((each) => each.client_id === client_id)) return state;
  return { ...state, outgoing: state.outgoing.filter((each) => each.client_id !== client_id) };
}

type Sending = Extract<ChatEvent, { type: "queued" | "failed" | "dropped" | "seen" }>;

function sending(state: Chat, event: Sending): Chat {
  switch (event.type) {
    case "queued":
      return { ...state, outgoing: [...state.outgoing, event.outgoing] };
    case "failed":
      return { ...state, outgoing: state.outgoing.map((each) => failed(each, event)) };
    case "dropped":
      return settled(state, event.client_id);
    case "seen":
      return { ...state, refused: state.refused.filter(({ held_id }) => held_id !== event.held_id) };
  }
}

function failed(outgoing: Outgoing, { client_id, code }: { client_id: string; code: string }): Outgoing {
  return outgoing.client_id === client_id ? { ...outgoing, failed: code } : outgoing;
}

/** Draw the line of what is unread, where one begins to look. */
function lined(state: Chat, begins: boolean): Chat {
  if (!begins || !state.isLooking || !state.isLoaded) return state;
  return { ...state, line: unread(state).length ? mark(state) : null };
}
