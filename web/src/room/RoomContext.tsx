import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { BoardChannel, Client, Lesson, LessonMember, Room, RoomPerson, Subscription } from "rtserver-client";
import { useMember } from "../session/context.tsx";
import { own } from "../state/room.ts";
import { type Store, useStore } from "../state/store.ts";
import { Classroom } from "./Classroom.ts";

/** What every part of the room knows, once one is in. */
export interface RoomValue {
  client: Client;
  lesson: Lesson;
  /** Oneself in this lesson. */
  own: LessonMember;
  isTutor: boolean;
  /** The lesson is cancelled: all is there to be read, and nothing may be changed. */
  isReadOnly: boolean;
  /** Who is here, oneself included, by the time they came. */
  present: readonly RoomPerson[];
  /** Whose hands are up, the first one first. */
  hands: readonly RoomPerson[];
  /** Whom everybody's board is asked to follow. */
  lead: number | null;
  /** What those who lead have told last of what they see. */
  views: ReadonlyMap<number, unknown>;
  room: Room;
  board: Subscription<BoardChannel>;
  /** How many changes of the board aren't stored yet. */
  waiting: Store<number, number>;
  /** The name of a member, or of who was one. */
  nameOf: (userId: number) => string | undefined;
}

const Rooms = createContext<RoomValue | undefined>(undefined);

/** Follow a lesson for as long as a component is there. */
export function useClassroom(lessonId: number): Classroom {
  const { client, me } = useMember();
  const classroom = useMemo(() => new Classroom(client, me.id, lessonId), [client, me.id, lessonId]);
  useEffect(() => classroom.enter(), [classroom]);
  return classroom;
}

/** For what is shown once the door is open. */
export function RoomProvider({ classroom, children }: { classroom: Classroom; children: ReactNode }) {
  const state = useStore(classroom.store);
  const nameOf = useNames(state.lesson!);
  const value = useMemo<RoomValue>(() => {
    const member = own(state)!;
    const lesson = state.lesson!;
    return {
      client: classroom.client,
      lesson,
      own: member,
      isTutor: member.role === "tutor",
      isReadOnly: lesson.status === "cancelled",
      present: state.present,
      hands: state.hands,
      lead: state.lead,
      views: classroom.views,
      room: classroom.room,
      board: classroom.board,
      waiting: classroom.waiting,
      nameOf,
    };
  }, [classroom, state, nameOf]);
  return <Rooms value={value}>{children}</Rooms>;
}

export function useRoom(): RoomValue {
  const value = useContext(Rooms);
  if (!value) throw new Error("There is no RoomProvider.");
  return value;
}

/** The same function for as long as the room stands: who has left keeps a name. */
function useNames(lesson: Lesson): (userId: number) => string | undefined {
  const [known] = useState(() => new Map<number, string>());
  for (const { user_id, name } of lesson.members) known.set(user_id, name);
  const [nameOf] = useState(() => (userId: number) => known.get(userId));
  return nameOf;
}
