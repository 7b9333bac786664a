// Pictures on the board: others' are fetched, one's own are made small, uploaded, and put where they were dropped.

import { type Client, type CommandError, retry } from "rtserver-client";
import { newKey } from "../../session/outbox.ts";
import { type Row, readRows, writeRows } from "../../session/shelf.ts";
import { encode, type Picture } from "./encode.ts";
import { type Api, type BinaryFileData, type FileId, insert } from "./excalidraw.ts";

type Point = { x: number; y: number };

/** A picture that isn't on the board yet; its id is the element's, so that it comes there once. */
interface Pending extends Row {
  blob: Blob;
  name: string;
  place: Point & { width: number; height: number };
}

const SHARE = 0.6; // of the screen, at most
const GAP = 20;
const SAFE = 2_000; // milliseconds

export class Pictures {
  readonly #asked = new Set<string>();
  readonly #sending = new Set<string>();

  constructor(
    private readonly api: Api,
    private readonly client: Client,
    private readonly user: number,
    private readonly lesson: number,
  ) {}

  /** Fetch what is on the board and not here yet. */
  readonly fetchMissing = (): void => {
    const files = this.api.getFiles();
    for (const element of this.api.getSceneElements()) {
      if (element.type !== "image" || !element.fileId || files[element.fileId]) continue;
      if (this.#asked.has(element.fileId)) continue;
      this.#asked.add(element.fileId);
      void this.#fetch(element.fileId);
    }
  };

  /** Put pictures one below the other at a point of the board, once they are uploaded. */
  async add(files: readonly Blob[], at: Point = this.#middle()): Promise<void> {
    const rows: Pending[] = [];
    let { y } = at;
    for (const file of files) {
      const picture = await encode(file);
      const size = this.#sizeOf(picture);
      const place = { x: at.x - size.width / 2, y: y - size.height / 2, ...size };
      const name = file instanceof File ? file.name : "page.png";
      rows.push({ ...this.#key(newKey()), at: Date.now(), blob: picture.blob, name, place });
      y += size.height + GAP;
    }
    await writeRows("pictures", rows, []).catch(() => {}); // they last as long as the page
    await this.#send(rows);
  }

  /** Go on with what was under way when the page was left. */
  async resume(): Promise<void> {
    await this.#send(await readRows<Pending>("pictures", this.user, this.lesson).catch(() => []));
  }

  /** One after the other; one that is refused doesn't hold up the others. */
  async #send(rows: readonly Pending[]): Promise<void> {
    let refusal: unknown;
    for (const row of rows) {
      if (this.#sending.has(row.id)) continue;
      this.#sending.add(row.id);
      try {
        await this.#put(row);
      } catch (error) {
        if ((error as CommandError).code === "closed") return; // the page is left, and goes on next time
        refusal ??= error;
      }
      // Until then the element itself is kept, or stored.
      setTimeout(() => void writeRows("pictures", [], [this.#key(row.id)]).catch(() => {}), SAFE);
    }
    if (refusal !== undefined) throw refusal;
  }

  async #put({ id, blob, name, place }: Pending): Promise<void> {
    const file = await this.client.upload(blob, { lesson_id: this.lesson, for: "board", name });
    this.#asked.add(file.id);
    this.api.addFiles([await binary(file.id, blob)]);
    insert(this.api, { id, fileId: file.id, ...place });
  }

  #key(id: string) {
    return { user: this.user, lesson: this.lesson, id };
  }

  async #fetch(id: FileId): Promise<void> {
    try {
      const blob = await retry(async () => this.#bytes(await this.client.fileUrl(id)));
      this.api.addFiles([await binary(id, blob)]);
    } catch (error) {
      if ((error as CommandError).code !== "closed") return; // it is gone, and its frame stays empty
      this.#asked.delete(id);
    }
  }

  async #bytes(url: string): Promise<Blob> {
    const response = await fetch(url).catch(() => {
      throw Object.assign(new Error("disconnected"), { code: "disconnected", temporary: true });
    });
    if (!response.ok) throw Object.assign(new Error(url), { code: "not_found", temporary: response.status >= 500 });
    return response.blob();
  }

  #middle(): Point {
    const { scrollX, scrollY, width, height, zoom } = this.api.getAppState();
    return { x: width / zoom.value / 2 - scrollX, y: height / zoom.value / 2 - scrollY };
  }

  #sizeOf({ width, height }: Picture): { width: number; height: number } {
    const state = this.api.getAppState();
    const room = { width: (state.width * SHARE) / state.zoom.value, height: (state.height * SHARE) / state.zoom.value };
    const scale = Math.min(1, room.width / width, room.height / height);
    return { width: width * scale, height: height * scale };
  }
}

async function binary(id: string, blob: Blob): Promise<BinaryFileData> {
  const [dataURL, created] = [(await dataUrl(blob)) as BinaryFileData["dataURL"], Date.now()];
  return { id: id as FileId, dataURL, mimeType: blob.type as BinaryFileData["mimeType"], created };
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
