// A lesson's room: the lesson, who is in it, whose hand is up, who leads. Acks of `room:lesson:{id}`, then its events.

import type { Lesson, Member } from "./lessons.ts";

export type Reaction = "yes" | "no" | "done" | "help";

export interface Presence {
  user_id: number;
  entered_at: string;
  /** Since when their hand is up. */
  hand: string | null;
  reaction: Reaction | null;
}

export interface RoomMember extends Member {
  board: "draw" | "view";
}

export interface RoomLesson extends Lesson {
  chat: "open" | "tutors" | "moderated";
  members: RoomMember[];
}

/** `outside`: one may read the lesson, but isn't in it; `gone`: one was taken out of it. */
export type Door = "loading" | "missing" | "outside" | "invited" | "open" | "gone";

export interface Room {
  me: number;
  door: Door;
  lesson: RoomLesson | undefined;
  /** By the time they entered, oneself included. */
  present: readonly Presence[];
  lead: number | null;
}

export type RoomEvent =
  | { type: "loaded" | "changed"; lesson: RoomLesson }
  | { type: "missing" }
  | { type: "opened"; lesson: RoomLesson; present: Presence[]; lead: number | null }
  | { type: "entered" | "left"; user_id: number; at: string }
  | { type: "reacted"; user_id: number; hand: string | null; reaction: Reaction | null }
  | { type: "led"; user_id: number | null };

export function closedRoom(me: number): Room {
  return { me, door: "loading", lesson: undefined, present: [], lead: null };
}

export function room(state: Room, event: RoomEvent): Room {
  switch (event.type) {
    case "loaded":
    case "changed":
      return { ...state, lesson: event.lesson, door: doorOf(state, event.lesson) };
    case "missing":
      return { ...state, door: wasIn(state) ? "gone" : "missing", present: [] };
    case "opened":
      return { ...state, ...taken(event), door: "open" };
    case "entered":
      return entered(state, event);
    case "left":
      return { ...state, present: without(state, event.user_id) };
    case "reacted":
      return { ...state, present: reacted(state, event) };
    default:
      return { ...state, lead: event.user_id };
  }
}

export function own({ lesson, me }: Room): RoomMember | undefined {
  return lesson?.members.find(({ user_id }) => user_id === me);
}

function doorOf(before: Room, lesson: RoomLesson): Door {
  const state = own({ ...before, lesson })?.state;
  if (state === undefined) return wasIn(before) ? "gone" : "outside";
  return state === "accepted" ? "open" : "invited";
}

function wasIn({ door }: Room): boolean {
  return door === "open" || door === "gone";
}

function taken({ lesson, present, lead }: Extract<RoomEvent, { type: "opened" }>) {
  return { lesson, present, lead };
}

function without({ present }: Room, id: number): Presence[] {
  return present.filter(({ user_id }) => user_id !== id);
}

function entered(state: Room, { user_id, at }: { user_id: number; at: string }): Room {
  const comer: Presence = { user_id, entered_at: at, hand: null, reaction: null };
  return { ...state, present: [...without(state, user_id), comer] };
}

function reacted(state: Room, { user_id, hand, reaction }: Extract<RoomEvent, { type: "reacted" }>): Presence[] {
  return state.present.map((each) => (each.user_id === user_id ? { ...each, hand, reaction } : each));
}
