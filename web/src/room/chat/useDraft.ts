import { useState } from "react";
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
  /** Put what wasn't sent back into the field. */
  takeBack: (outgoing: Outgoing) => void;
  clear: () => void;
}

export function useDraft(attachments: Attachments): Draft {
  const [text, setText] = useState("");
  const [editing, setEditing] = useState<Message>();
  const begin = (text: string, message?: Message) => {
    setText(text);
    setEditing(message);
  };
  return {
    text,
    setText,
    attachments,
    editing,
    edit: (message) => begin(message.text, message),
    takeBack: ({ text, files }) => {
      begin(text);
      attachments.set(files);
    },
    clear: () => {
      begin("");
      if (!editing) attachments.set([]);
    },
  };
}
