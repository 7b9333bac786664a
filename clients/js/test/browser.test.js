// The same client in a headless Chromium, on a page from another origin.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { LESSON, OLENA, Server, TARAS } from "./server.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const browser = [process.env.RTSERVER_TEST_CHROMIUM, ...NAMES].find((name) => name && spawnSync(name, ["--version"]).status === 0);
const skip = !browser && `no browser: install one of ${NAMES.join(", ")}, or set RTSERVER_TEST_CHROMIUM`;
const FILES = /^\/(dist|test)\/[a-z_]+\.js$/;

/** Removes a folder that the browser's last children may still be writing to. */
async function remove(folder, attempts = 50) {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!attempts) throw error;
    await setTimeout(100);
    await remove(folder, attempts - 1);
  }
}

/** Serves the page and the client's modules, and hands on what the page reports. */
class Site {
  #reports = [];
  #waiting = [];

  constructor() {
    this.http = createServer((request, response) => this.#answer(request, response));
  }

  async start() {
    await new Promise((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${this.http.address().port}`;
  }

  /** The page's next report. */
  next() {
    return new Promise((resolve) => (this.#reports.length ? resolve(this.#reports.shift()) : this.#waiting.push(resolve)));
  }

  #answer(request, response) {
    if (request.url === "/report") return this.#take(request, response);
    if (request.url === "/config") return response.end(JSON.stringify(this.config));
    if (request.url === "/") return this.#send(response, "text/html", `<!doctype html><script type="module" src="/test/${this.page}.js"></script>`);
    if (!FILES.test(request.url)) return response.writeHead(404).end();
    this.#send(response, "text/javascript", readFileSync(new URL(`..${request.url}`, import.meta.url)));
  }

  #send(response, type, body) {
    response.writeHead(200, { "Content-Type": type }).end(body);
  }

  async #take(request, response) {
    const report = JSON.parse((await request.toArray()).join(""));
    response.end();
    this.#waiting.length ? this.#waiting.shift()(report) : this.#reports.push(report);
  }
}

/** Opens a page of another origin than the server's; everything ends with the test. */
async function visiting(t, name) {
  const site = new Site();
  site.page = name;
  await site.start();
  t.after(() => (site.http.closeAllConnections(), site.http.close()));
  const server = await new Server({ SERVER_ALLOWED_ORIGINS: site.url }).start();
  t.after(() => server.stop());
  site.config = { url: server.url, token: server.token(TARAS), user: TARAS, lesson: LESSON };
  const open = () => {
    const root = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // which refuses root
    const profile = mkdtempSync(`${tmpdir()}/rtserver-browser-`);
    const page = spawn(browser, ["--headless=new", ...root, "--disable-gpu", `--user-data-dir=${profile}`, site.url], { stdio: "ignore" });
    const gone = new Promise((resolve) => page.on("exit", resolve));
    t.after(async () => {
      page.kill();
      await gone;
      await remove(profile);
    });
  };
  return { site, server, open };
}

test("in a browser it signs in across origins, writes, and comes back after a kill", { skip, timeout: 90_000 }, async (t) => {
  const { site, server, open } = await visiting(t, "page");
  open();

  const first = await site.next();
  assert.equal(first.failed, undefined);
  assert.equal(first.posted.author.id, TARAS);
  assert.deepEqual(first.patched.accepted, ["drawn"]);
  await server.kill();
  await server.start();
  const olena = server.client(OLENA);
  for (const text of ["one", "two", "the end"]) await olena.post(LESSON, text);
  const { seqs, states } = await site.next();

  assert.deepEqual(seqs, [1, 2, 3, 4].map((n) => first.start + n));
  assert.deepEqual(states.slice(0, 3), ["connecting", "online", "waiting 1006"]);
  assert.equal(states.at(-1), "online");
});

test("in a browser a refused origin and a mistyped path are told apart", { skip, timeout: 90_000 }, async (t) => {
  const { site, open } = await visiting(t, "refused");
  const other = await new Server({ SERVER_ALLOWED_ORIGINS: "http://127.0.0.1:1" }).start();
  t.after(() => other.stop());
  site.config.refusing = other.url;
  open();

  const { mistyped, refused, reported, code } = await site.next();

  assert.deepEqual(mistyped, ["not_found", "There is nothing at this address."]);
  const why = `${other.url} answers, but not to pages of ${site.url}: is that in the server's setting server.allowed_origins?`;
  assert.deepEqual([refused, reported, code], [`GET /api/users/me/: ${why}`, why, "disconnected"]);
});
