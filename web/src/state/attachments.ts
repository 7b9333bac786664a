// The files that are to go with a message: each is on its way, there, or has failed.

import type { MessageFile } from "rtserver-client";

export interface Attachment {
  key: string;
  name: string;
  /** Of 1, how much of it is there. */
  sent: number;
  file: MessageFile | null;
  /** The code of what is in its way. */
  failed: string | null;
}

export type AttachmentEvent =
  | { type: "added"; key: string; name: string }
  | { type: "moved"; key: string; sent: number }
  | { type: "arrived"; key: string; file: MessageFile }
  | { type: "failed"; key: string; code: string }
  | { type: "dropped"; key: string }
  | { type: "set"; files: MessageFile[] };

/** So many go with one message. */
export const MOST = 10;

export function attachments(state: readonly Attachment[], event: AttachmentEvent): readonly Attachment[] {
  switch (event.type) {
    case "added":
      return [...state, { key: event.key, name: event.name, sent: 0, file: null, failed: null }];
    case "moved":
      return changed(state, event.key, { sent: event.sent });
    case "arrived":
      return changed(state, event.key, { file: event.file, sent: 1 });
    case "failed":
      return changed(state, event.key, { failed: event.code });
    case "dropped":
      return state.filter(({ key }) => key !== event.key);
    case "set":
      return event.files.map((file) => ({ key: file.id, name: file.name, sent: 1, file, failed: null }));
  }
}

/** Those that are there, and can go. */
export function ready(state: readonly Attachment[]): MessageFile[] {
  return state.flatMap(({ file }) => file ?? []);
}

export function areMoving(state: readonly Attachment[]): boolean {
  return state.some(({ file, failed }) => !file && !failed);
}

function changed(state: readonly Attachment[], key: string, change: Partial<Attachment>): readonly Attachment[] {
  return state.map((each) => (each.key === key ? { ...each, ...change } : each));
}
