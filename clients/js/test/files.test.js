// Files: uploads that tell how far they are, messages that show them, addresses for pages.

import assert from "node:assert/strict";
import { request as ask } from "node:http";
import { after, before, test } from "node:test";
import { LESSON, OLENA, Server, TARAS } from "./server.js";

const server = new Server({ FILES_TICKET_TTL: 30 });
before(() => server.start());
after(() => server.stop());

/** A picture that is like no other; `size` makes it large. */
function picture(number, size = 0) {
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const data = Buffer.concat([Buffer.from([number]), Buffer.alloc(size)]);
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [mark, chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return new File([Buffer.concat(parts)], `picture ${number}.png`, { type: "image/png" });
}

function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const chat = { lesson_id: LESSON, for: "chat" };

test("a file is uploaded, shown by a message, and read by its address", async () => {
  const [taras, olena] = [server.client(TARAS), server.client(OLENA)];
  const file = picture(1);

  const made = await taras.upload(file, chat);
  const { files } = await taras.post(LESSON, "", undefined, { files: [made.id] });
  const shown = await fetch(await olena.fileUrl(made.id));

  assert.deepEqual(files, [{ id: made.id, name: "picture 1.png", type: "image/png", bytes: file.size }]);
  assert.equal(shown.headers.get("Content-Type"), "image/png");
  assert.deepEqual(await shown.arrayBuffer(), await file.arrayBuffer());
});

test("the same bytes again are the first file, so a lost answer does no harm", async () => {
  const taras = server.client(TARAS);
  const first = await taras.upload(picture(2), { ...chat, name: "one.png" });

  assert.deepEqual(await taras.upload(picture(2), { ...chat, name: "other.png" }), first);
});

test("what the server refuses is told by its code", async () => {
  const taras = server.client(TARAS);

  await assert.rejects(taras.upload(new Blob(["<svg/>"], { type: "image/svg+xml" }), chat), { code: "unsupported_media_type" });
  await assert.rejects(taras.upload(picture(3), { ...chat, lesson_id: 99 }), { code: "not_found" });
  await assert.rejects(taras.fileUrl("f_unknown"), { code: "not_found" });
});

test("addresses are asked for together, and kept while they are good", async (t) => {
  const taras = server.client(TARAS);
  const ids = await Promise.all([4, 5, 6].map(async (number) => (await taras.upload(picture(number), chat)).id));
  const asked = [];
  const real = globalThis.fetch;
  t.mock.method(globalThis, "fetch", (url, ...more) => (asked.push(url), real(url, ...more)));

  const first = await Promise.all([...ids, ...ids].map((id) => taras.fileUrl(id)));
  const again = await Promise.all(ids.map((id) => taras.fileUrl(id)));

  assert.equal(asked.length, 1);
  assert.deepEqual([...again, ...again], first);
  assert.equal(new Set(first).size, 3);
});

test("an address is asked for anew before its time is over", async (t) => {
  const taras = server.client(TARAS);
  await taras.connect();
  const { id } = await taras.upload(picture(7), chat);
  const [begun, real, asked] = [performance.now(), globalThis.fetch, []];
  t.mock.method(globalThis, "fetch", (url, ...more) => (asked.push(url), real(url, ...more)));
  const clock = t.mock.method(performance, "now", () => begun);

  await taras.fileUrl(id);
  clock.mock.mockImplementation(() => begun + 15_000);
  await taras.fileUrl(id);
  assert.equal(asked.length, 1);
  clock.mock.mockImplementation(() => begun + 25_000);
  await taras.fileUrl(id);

  assert.equal(asked.length, 2);
});

/** What browsers have for uploads, as far as the client needs it. */
class Request {
  upload = {};
  #headers = {};

  open(method, url) {
    Object.assign(this, { method, url });
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  getResponseHeader = (name) => this.answer.headers[name.toLowerCase()] ?? null;

  abort() {
    this.sent.destroy();
  }

  async send(file) {
    const data = Buffer.from(await file.arrayBuffer());
    this.sent = ask(this.url, { method: this.method, headers: { ...this.#headers, "Content-Length": data.length } });
    this.sent.on("error", () => (this.onerror(), this.onloadend()));
    this.sent.on("response", async (answer) => {
      Object.assign(this, { answer, status: answer.statusCode, responseText: "" });
      for await (const text of answer.setEncoding("utf8")) this.responseText += text;
      this.onload();
      this.onloadend();
    });
    for (let start = 0; start < data.length; start += 65536) {
      const piece = data.subarray(start, start + 65536);
      await new Promise((resolve) => this.sent.write(piece, resolve));
      this.upload.onprogress({ loaded: start + piece.length, total: data.length });
    }
    this.sent.end();
  }
}

test("an upload tells how far it is, where a browser can", async (t) => {
  globalThis.XMLHttpRequest = Request;
  t.after(() => delete globalThis.XMLHttpRequest);
  const told = [];
  const file = picture(8, 300_000);

  const made = await server.client(TARAS).upload(file, { ...chat, onProgress: (...far) => told.push(far) });

  assert.equal(made.bytes, file.size);
  assert.ok(told.length > 3);
  assert.deepEqual(told.at(-1), [file.size, file.size]);
  await assert.rejects(server.client(TARAS).upload(new Blob(["x"], { type: "image/png" }), { ...chat, onProgress() {} }), {
    code: "unsupported_media_type",
  });
});

test("an upload can be given up", async (t) => {
  for (const kind of [undefined, Request]) {
    globalThis.XMLHttpRequest = kind;
    const end = new AbortController();
    const onProgress = kind && (() => end.abort());
    const upload = server.client(TARAS).upload(picture(9, 900_000), { ...chat, onProgress, signal: end.signal });
    if (!kind) end.abort();

    await assert.rejects(upload, { name: "AbortError" });
  }
  delete globalThis.XMLHttpRequest;
});

test("of many uploads three are under way at a time, and who waits can be given up", async (t) => {
  const own = globalThis.fetch;
  t.after(() => (globalThis.fetch = own));
  const counts = [];
  let [underWay, begin] = [0, undefined];
  const begun = new Promise((resolve) => (begin = resolve));
  globalThis.fetch = async (...asked) => {
    counts.push(++underWay);
    await begun;
    return own(...asked).finally(() => underWay--);
  };
  const [taras, end] = [server.client(TARAS), new AbortController()];
  const all = [11, 12, 13].map((number) => taras.upload(picture(number), chat));
  const givenUp = taras.upload(picture(14), { ...chat, signal: end.signal });
  all.push(...[15, 16, 17].map((number) => taras.upload(picture(number), chat)));
  end.abort();
  await assert.rejects(givenUp, { name: "AbortError" });
  begin();

  const ids = (await Promise.all(all)).map(({ id }) => id);

  assert.equal(new Set(ids).size, 6);
  assert.equal(Math.max(...counts), 3);
});

test("without a browser it tells when all is there", async () => {
  const told = [];
  const file = picture(10);

  await server.client(TARAS).upload(file, { ...chat, onProgress: (...far) => told.push(far) });

  assert.deepEqual(told, [[file.size, file.size]]);
});
