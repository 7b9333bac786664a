import { useCallback, useReducer, useRef } from "react";
import type { Client, MessageFile } from "rtserver-client";
import { useSchool } from "../../school/context.tsx";
import { newKey } from "../../session/outbox.ts";
import { type Attachment, attachments, MOST } from "../../state/attachments.ts";
import { encode } from "../board/encode.ts";

export interface Attachments {
  list: readonly Attachment[];
  add: (files: Iterable<File>) => void;
  drop: (key: string) => void;
  /** Have these, which are there already, and no others. */
  set: (files: MessageFile[]) => void;
}

/** The files for the next message: they go up at once, while one is still writing. */
export function useAttachments(client: Client, lesson_id: number): Attachments {
  const { files: allowed } = useSchool();
  const [list, send] = useReducer(attachments, []);
  const set = useCallback((files: MessageFile[]) => send({ type: "set", files }), []);
  const ends = useRef(new Map<string, AbortController>());
  const upload = async (key: string, file: File) => {
    const end = new AbortController();
    ends.current.set(key, end);
    try {
      const body = await smaller(file);
      if (body.size > allowed.max_bytes) return send({ type: "failed", key, code: "too_large" });
      if (!allowed.types.includes(body.type)) return send({ type: "failed", key, code: "unsupported_media_type" });
      const onProgress = (sent: number, total: number) => send({ type: "moved", key, sent: sent / total });
      const name = nameOf(file, body.type);
      const options = { lesson_id, for: "chat", name, onProgress, signal: end.signal } as const;
      send({ type: "arrived", key, file: await client.upload(body, options) });
    } catch (error) {
      send({ type: "failed", key, code: (error as { code?: string }).code ?? "internal" });
    }
    ends.current.delete(key);
  };
  return {
    list,
    add: (files) => {
      let count = list.length;
      for (const file of files) {
        const key = newKey();
        send({ type: "added", key, name: file.name });
        if (++count > MOST) send({ type: "failed", key, code: "too_many" });
        else void upload(key, file);
      }
    },
    drop: (key) => {
      ends.current.get(key)?.abort();
      send({ type: "dropped", key });
    },
    set,
  };
}

/** A picture made anew in the browser; anything else, and what moves, as it is. */
async function smaller(file: File): Promise<Blob> {
  const isStill = file.type.startsWith("image/") && file.type !== "image/gif";
  return isStill ? (await encode(file)).blob : file;
}

const ENDING = /\.\w{1,5}$/;

/** Its own name; what was made a PNG is called one. */
function nameOf({ name, type }: File, made: string): string {
  const plain = name.replace(/[\p{Cc}/\\]/gu, "_").slice(-190) || "file";
  return made === type ? plain : `${plain.replace(ENDING, "")}.${made.slice(made.indexOf("/") + 1)}`;
}
