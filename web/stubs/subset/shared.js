// Instead of Excalidraw's own, of 1.8 MB: that cuts fonts to the letters of a drawing, by WebAssembly, which the
// page's policy of contents doesn't let run. A drawing that is saved has its fonts whole, some 20 KB each.

export const Commands = { Subset: "SUBSET" };

export async function toBase64(font) {
  const bytes = new Uint8Array(font);
  let text = "";
  for (let n = 0; n < bytes.length; n += 8_192) text += String.fromCharCode(...bytes.subarray(n, n + 8_192));
  return `data:font/woff2;base64,${btoa(text)}`;
}

export const subsetToBase64 = toBase64;
