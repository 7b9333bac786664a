import { createContext, useContext } from "react";
import type { Chat } from "../../state/chat.ts";
import { useStore } from "../../state/store.ts";
import type { LessonChat } from "./LessonChat.ts";
import type { Draft } from "./useDraft.ts";

/** What every part of the chat knows. */
export interface ChatValue {
  chat: LessonChat;
  draft: Draft;
  /** Whether one may write now, and change what one has written. */
  canWrite: boolean;
  canEdit: boolean;
}

const Chats = createContext<ChatValue | undefined>(undefined);

export const ChatProvider = Chats.Provider;

export function useChat(): ChatValue {
  const value = useContext(Chats);
  if (!value) throw new Error("There is no ChatProvider.");
  return value;
}

/** A part of the chat's state, or what was made of it once. */
export function useChatState<T>(select: (state: Chat) => T): T {
  return useStore(useChat().chat.store, select);
}
