// Loaded by the page for its address, then run there as a worker, which gives back what it gets.

export const WorkerUrl = new URL(import.meta.url);

if (typeof window === "undefined")
  onmessage = ({ data: { arrayBuffer } }) => postMessage(arrayBuffer, { transfer: [arrayBuffer] });
