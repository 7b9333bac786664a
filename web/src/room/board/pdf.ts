// Documents: pages drawn as pictures, by pdfjs.

import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, type PDFPageProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { toBlob } from "./encode.ts";

const SHARP = 2_048; // pixels of a page's longer side

export type Document = PDFDocumentProxy;

export async function open(file: Blob): Promise<Document> {
  GlobalWorkerOptions.workerSrc = workerUrl;
  return getDocument({ data: await file.arrayBuffer(), isEvalSupported: false }).promise;
}

export async function draw(document: Document, number: number, canvas: HTMLCanvasElement, side: number): Promise<void> {
  const page: PDFPageProxy = await document.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: side / Math.max(width, height) });
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  await page.render({ canvas, viewport }).promise;
}

export async function pictureOf(document: Document, number: number): Promise<Blob> {
  const canvas = window.document.createElement("canvas");
  await draw(document, number, canvas, SHARP);
  return toBlob(canvas, "image/png");
}
