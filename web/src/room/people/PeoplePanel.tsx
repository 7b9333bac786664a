import type { RoomLesson } from "../../state/room.ts";
import { useRoom } from "../RoomContext.tsx";

interface Props {
  lesson: RoomLesson;
  isShown: boolean;
}

/** Who is in the lesson, and who of them is here. */
export function PeoplePanel({ lesson }: Props) {
  const { present, nameOf } = useRoom();
  return (
    <ul data-people={lesson.id}>
      {present.map(({ user_id }) => (
        <li key={user_id}>{nameOf(user_id)}</li>
      ))}
    </ul>
  );
}
