import { useEffect, useMemo } from "react";
import { useMember } from "../../session/context.tsx";
import type { RoomLesson } from "../../state/room.ts";
import { useRoom } from "../RoomContext.tsx";
import { Announcer } from "./Announcer.tsx";
import { ChatProvider } from "./ChatContext.tsx";
import { ChatMode } from "./ChatMode.tsx";
import style from "./ChatPanel.module.css";
import { Composer } from "./Composer.tsx";
import { HeldList } from "./HeldList.tsx";
import { LessonChat } from "./LessonChat.ts";
import { Log } from "./Log.tsx";
import { Typing } from "./Typing.tsx";
import { useAttachments } from "./useAttachments.ts";
import { useDraft } from "./useDraft.ts";
import { useDrop } from "./useDrop.ts";
import { useIsVisible } from "./useIsVisible.ts";

interface Props {
  lesson: RoomLesson;
  /** Whether it is on the screen: only then is anything read. */
  isShown: boolean;
}

/** The lesson's chat, in the panel of its room. */
export function ChatPanel({ lesson, isShown }: Props) {
  const { client, me } = useMember();
  const { isTutor, isReadOnly } = useRoom();
  const chat = useMemo(() => new LessonChat(client, me.id, lesson.id), [client, me.id, lesson.id]);
  const isLooking = useIsVisible() && isShown;
  const draft = useDraft(useAttachments(client, lesson.id));
  useEffect(() => chat.follow(), [chat]);
  useEffect(() => chat.look(isLooking), [chat, isLooking]);
  const canWrite = !isReadOnly && (isTutor || lesson.chat !== "tutors");
  const canEdit = !isReadOnly && (isTutor || lesson.chat === "open");
  const drop = useDrop(canWrite && !draft.editing ? draft.attachments.add : undefined);
  return (
    <ChatProvider value={{ chat, draft, canWrite, canEdit }}>
      <div className={style.chat} {...drop.props} data-drop={drop.isOver || undefined}>
        {isTutor && <ChatMode />}
        {isTutor && <HeldList />}
        <Log isLooking={isLooking} isShown={isShown} />
        <Announcer isLooking={isLooking} />
        <Typing />
        <Composer />
      </div>
    </ChatProvider>
  );
}
