// A picture made anew in the browser: not larger than is needed, and without where and when it was taken.

export interface Picture {
  blob: Blob;
  width: number;
  height: number;
}

const MOST = 2_048; // pixels of a side
const QUALITY = 0.85;

/** How large a picture is made, and of which type: what has sharp edges and colours stays PNG. */
export function plan(type: string, width: number, height: number) {
  const scale = Math.min(1, MOST / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    type: type === "image/jpeg" || type === "image/webp" ? type : "image/png",
  };
}

/** Fails with `unsupported_media_type` where the browser can't read it as a picture. */
export async function encode(file: Blob): Promise<Picture> {
  const source = await createImageBitmap(file).catch(() => {
    throw Object.assign(new Error("This is no picture."), { code: "unsupported_media_type" });
  });
  const { width, height, type } = plan(file.type, source.width, source.height);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")!.drawImage(source, 0, 0, width, height);
  source.close();
  return { blob: await toBlob(canvas, type), width, height };
}

export function toBlob(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const take = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error("The picture is too large.")));
    canvas.toBlob(take, type, QUALITY);
  });
}
