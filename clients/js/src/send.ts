// One request to the server, and how far its body is.

export interface Sending {
  method: string;
  headers: Record<string, string>;
  body: Blob | string | null;
  signal: AbortSignal;
  /** Called with the bytes that are sent, and with all there are. */
  onProgress?: ((sent: number, total: number) => void) | undefined;
}

/** Send it as `fetch` does, which doesn't tell how far it is: where a browser can, by its older way. */
export async function send(url: string, sending: Sending): Promise<Response> {
  const { onProgress, body, ...plain } = sending;
  if (onProgress && typeof XMLHttpRequest !== "undefined") return tell(url, sending, onProgress);
  const response = await fetch(url, { ...plain, body });
  if (response.ok && body instanceof Blob) onProgress?.(body.size, body.size);
  return response;
}

function tell(url: string, sending: Sending, onProgress: (sent: number, total: number) => void): Promise<Response> {
  const { method, headers, body, signal } = sending;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    const abort = () => (request.abort(), reject(signal.reason));
    signal.addEventListener("abort", abort);
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onload = () => resolve(answer(request));
    request.onerror = () => reject(new TypeError("the connection was lost"));
    request.onloadend = () => signal.removeEventListener("abort", abort);
    request.send(body);
  });
}

function answer(request: XMLHttpRequest): Response {
  const wait = request.getResponseHeader("Retry-After");
  const text = request.status === 204 ? null : request.responseText;
  return new Response(text, { status: request.status, headers: wait ? { "Retry-After": wait } : {} });
}
