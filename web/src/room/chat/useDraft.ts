import { useCallback, useState } from "react";
import type { Message } from "rtserver-client";
import type { Outgoing } from "../../state/chat.ts";
import type { Attachments } from "./useAttachments.ts";

/** What one is writing: a new message, or one of one's own anew. */
export interface Draft {
  text: string;
  setText: (text: string) => void;
  attachments: Attachments;
  editing: Message | undefined;
  edit: (message: Message) => void;
  takeBack: (outgoing: Outgoing) => void;
  clear: () => void;
}

interface Writing {
  text: string;
  editing?: Message | undefined;
  /** What one was writing when one began to change a message; it comes back. */
  kept: string;
}

export function useDraft(attachments: Attachments): Draft {
  const [{ text, editing }, write] = useState<Writing>({ text: "", kept: "" });
  const { set } = attachments;
  const setText = (text: string) => write((was) => ({ ...was, text }));
  const edit = useCallback((editing: Message) => {
    write((was) => ({ text: editing.text, editing, kept: was.editing ? was.kept : was.text }));
  }, []);
  const takeBack = useCallback(
    ({ text, files }: Outgoing) => {
      write({ text, kept: "" });
      set(files);
    },
    [set],
  );
  const clear = () => {
    write(({ kept }) => ({ text: kept, kept: "" }));
    if (!editing) set([]);
  };
  return { text, setText, attachments, editing, edit, takeBack, clear };
}
