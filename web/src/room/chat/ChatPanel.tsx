import { useEffect, useMemo } from "react";
import type { Lesson } from "rtserver-client";
import { useLive } from "../../app/LiveContext.tsx";
import { useMember } from "../../session/context.tsx";
import { useRoom } from "../RoomContext.tsx";
import { Announcer } from "./Announcer.tsx";
import { ChatProvider, DraftProvider } from "./ChatContext.tsx";
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
  lesson: Lesson;
  /** Whether it is on the screen: only then is anything read. */
  isShown: boolean;
}

/** The lesson's chat, in the panel of its room. */
export function ChatPanel({ lesson, isShown }: Props) {
  const { client, me } = useMember();
  const { isTutor, isReadOnly } = useRoom();
  const live = useLive();
  const chat = useMemo(
    () => new LessonChat(client, me.id, lesson.id, (read) => live.hear({ type: "read", ...read })),
    [client, me.id, lesson.id, live],
  );
  const isLooking = useIsVisible() && isShown;
  const draft = useDraft(useAttachments(client, lesson.id));
  useEffect(() => chat.follow(), [chat]);
  useEffect(() => chat.look(isLooking), [chat, isLooking]);
  const canWrite = !isReadOnly && (isTutor || lesson.chat !== "tutors");
  const canEdit = !isReadOnly && (isTutor || lesson.chat === "open");
  const { edit, takeBack } = draft;
  const value = useMemo(() => ({ chat, canWrite, canEdit, edit, takeBack }), [chat, canWrite, canEdit, edit, takeBack]);
  const drop = useDrop(canWrite && !draft.editing ? draft.attachments.add : undefined);
  return (
    <ChatProvider value={value}>
      <div className={style.chat} data-chat {...drop.props} data-drop={drop.isOver || undefined}>
        {isTutor && <ChatMode />}
        {isTutor && <HeldList />}
        <Log />
        <Announcer isLooking={isLooking} />
        <Typing />
        <DraftProvider value={draft}>
          <Composer />
        </DraftProvider>
      </div>
    </ChatProvider>
  );
}
