// Whether one is in a lesson's room, and what is in there as the client of the socket tells it.

import type { Lesson, LessonMember, RoomPerson, RoomState } from "rtserver-client";

/** `outside`: one may read the lesson, but isn't in it; `gone`: one was taken out of it. */
export type Door = "loading" | "missing" | "outside" | "invited" | "open" | "gone";

export interface Room {
  me: number;
  door: Door;
  lesson: Lesson | undefined;
  /** By the time they entered, oneself included. */
  present: readonly RoomPerson[];
  /** Whose hands are up, the first one first. */
  hands: readonly RoomPerson[];
  lead: number | null;
}

export type RoomEvent = { type: "loaded"; lesson: Lesson } | { type: "missing" } | { type: "told"; room: RoomState };

const NOBODY = { present: [], hands: [], lead: null };

export function closedRoom(me: number): Room {
  return { me, door: "loading", lesson: undefined, ...NOBODY };
}

export function room(state: Room, event: RoomEvent): Room {
  switch (event.type) {
    case "loaded":
      return { ...state, lesson: event.lesson, door: doorOf(state, event.lesson) };
    case "missing":
      return { ...state, ...NOBODY, door: wasIn(state) ? "gone" : "missing" };
    default:
      return { ...state, ...event.room, door: doorOf(state, event.room.lesson) };
  }
}

export function own({ lesson, me }: Room): LessonMember | undefined {
  return lesson?.members.find(({ user_id }) => user_id === me);
}

function doorOf(before: Room, lesson: Lesson): Door {
  const state = own({ ...before, lesson })?.state;
  if (state === undefined) return wasIn(before) ? "gone" : "outside";
  return state === "accepted" ? "open" : "invited";
}

function wasIn({ door }: Room): boolean {
  return door === "open" || door === "gone";
}
