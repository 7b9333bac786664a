import type { RoomLesson } from "../../state/room.ts";

interface Props {
  lesson: RoomLesson;
  /** Whether it is on the screen: only then is anything read. */
  isShown: boolean;
}

/** The lesson's chat, in the panel of its room. */
export function ChatPanel({ lesson }: Props) {
  return <div data-chat={lesson.id} />;
}
