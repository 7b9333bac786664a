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

export function useDraft(attachments: Attachments): Draft {
  const [text, setText] = useState("");
  const [editing, setEditing] = useState<Message>();
  const { set } = attachments;
  const edit = useCallback((message: Message) => {
    setText(message.text);
    setEditing(message);
  }, []);
  const takeBack = useCallback(
    ({ text, files }: Outgoing) => {
      setText(text);
      setEditing(undefined);
      set(files);
    },
    [set],
  );
  const clear = () => {
    setText("");
    setEditing(undefined);
    if (!editing) set([]);
  };
  return { text, setText, attachments, editing, edit, takeBack, clear };
}
