import { createContext, useContext } from "react";
import type { Message } from "rtserver-client";
import type { Chat, Outgoing } from "../../state/chat.ts";
import { useStore } from "../../state/store.ts";
import type { LessonChat } from "./LessonChat.ts";
import type { Draft } from "./useDraft.ts";

/** What every message knows. What one is writing isn't part of it: it changes with each key. */
export interface ChatValue {
  chat: LessonChat;
  /** Whether one may write now, and change what one has written. */
  canWrite: boolean;
  canEdit: boolean;
  /** Take a message of one's own into the field, to change it. */
  edit: (message: Message) => void;
  /** Put what wasn't sent back into the field. */
  takeBack: (outgoing: Outgoing) => void;
}

const Chats = createContext<ChatValue | undefined>(undefined);
const Drafts = createContext<Draft | undefined>(undefined);

export const ChatProvider = Chats.Provider;
export const DraftProvider = Drafts.Provider;

export function useChat(): ChatValue {
  const value = useContext(Chats);
  if (!value) throw new Error("There is no ChatProvider.");
  return value;
}

/** What one is writing; for where one writes. */
export function useWriting(): Draft {
  const draft = useContext(Drafts);
  if (!draft) throw new Error("There is no DraftProvider.");
  return draft;
}

/** A part of the chat's state, or what was made of it once. */
export function useChatState<T>(select: (state: Chat) => T): T {
  return useStore(useChat().chat.store, select);
}
