// Who is in a lesson's room: what an ack says of it, and what each event makes of that.

import type { Lesson, RoomAck, RoomEvents, RoomPerson } from "./lessons.js";

/** A room as it is now; a change makes another one, and leaves this one as it is. */
export interface RoomState {
  readonly lesson: Lesson;
  /** In the order of entering, oneself included. */
  readonly present: readonly RoomPerson[];
  /** Whose hands are up, in the order of raising. */
  readonly hands: readonly RoomPerson[];
  /** Whose board all are asked to follow. */
  readonly lead: number | null;
}

type Steps = { [K in keyof RoomEvents]: (state: RoomState, payload: RoomEvents[K]) => RoomState };

const STEPS: Steps = {
  "room.entered": (state, { user_id, at }) => {
    if (state.present.some((each) => each.user_id === user_id && each.entered_at === at)) return state;
    return seated(state, [...without(state, user_id), { user_id, entered_at: at, hand: null, reaction: null }]);
  },
  "room.left": (state, { user_id }) => {
    const present = without(state, user_id);
    return present.length === state.present.length ? state : seated(state, present);
  },
  "room.reaction": (state, signals) => {
    const present = state.present.map((each) => (each.user_id === signals.user_id ? { ...each, ...signals } : each));
    return seated(state, present);
  },
  "room.lead": (state, { user_id }) => ({ ...state, lead: user_id }),
  "lesson.changed": (state, { lesson }) => ({ ...state, lesson }),
};

/** The events that change a room. */
export const ROOM_EVENTS = Object.keys(STEPS) as (keyof RoomEvents)[];

/** The room as an ack tells of it. */
export function opened({ lesson, present, lead }: RoomAck): RoomState {
  return seated({ lesson, present: [], hands: [], lead }, present);
}

/** The room after an event. */
export function changed<K extends keyof RoomEvents>(state: RoomState, type: K, payload: RoomEvents[K]): RoomState {
  return STEPS[type](state, payload);
}

function without(state: RoomState, userId: number): RoomPerson[] {
  return state.present.filter((each) => each.user_id !== userId);
}

function seated(state: RoomState, people: readonly RoomPerson[]): RoomState {
  const present = [...people].sort(by((each) => each.entered_at));
  const hands = present.filter(({ hand }) => hand !== null).sort(by(({ hand }) => hand!));
  return { ...state, present, hands };
}

/** Order people by a time of theirs, those of one time by their ids, as the server does. */
function by(time: (person: RoomPerson) => string) {
  return (one: RoomPerson, other: RoomPerson): number => {
    const [first, second] = [comparable(time(one)), comparable(time(other))];
    return first < second ? -1 : first > second ? 1 : one.user_id - other.user_id;
  };
}

/** A time with six digits behind the second: the server writes none, three or six. */
function comparable(time: string): string {
  return time.replace(/(\.\d+)?Z$/, (_, digits = ".") => digits.padEnd(7, "0"));
}
