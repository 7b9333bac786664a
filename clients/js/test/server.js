// A real server over a folder of its own: the demo school, to be killed and started again.

import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { Client } from "../dist/index.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const OWN = `${ROOT}/.venv/bin/python`;
const PYTHON = process.env.PYTHON ?? (existsSync(OWN) ? OWN : "python3");
const SECRET = "a-secret-for-tests-that-is-long-enough";

// The people and a lesson of the demo school.
export const [ADMIN, OLENA, JAMES, TARAS] = [1, 2, 3, 4];
export const LESSON = 1; // of Olena, with Taras; not James'

export class Server {
  clients = [];
  root = ROOT;
  python = PYTHON;

  constructor(settings = {}) {
    this.folder = mkdtempSync(`${tmpdir()}/rtserver-client-`);
    const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith("RTSERVER_"));
    this.environment = {
      ...Object.fromEntries(inherited),
      RTSERVER_SERVER_DATA_DIR: this.folder,
      RTSERVER_AUTH_SECRET: SECRET,
      ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`RTSERVER_${key}`, String(value)])),
    };
  }

  async start() {
    this.port ??= await freePort();
    this.school ??= this.#furnish();
    this.process = spawn(PYTHON, ["-m", "rtserver", "serve", "--port", this.port], {
      cwd: ROOT, env: this.environment, stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    await new Promise((resolve, reject) => {
      this.process.stderr.on("data", (text) => (log += text).includes("listening on ") && resolve());
      this.process.on("exit", () => reject(new Error(log)));
    });
    return this;
  }

  /** Makes the demo school, or takes a copy of one that is made. */
  #furnish() {
    const made = process.env.DEMO_SCHOOL;
    if (!made) return JSON.parse(execFileSync(PYTHON, ["-m", "rtserver", "demo", "--json"], { cwd: ROOT, env: this.environment }));
    copyFileSync(`${made}/rtserver.db`, `${this.folder}/rtserver.db`);
    return { users: JSON.parse(readFileSync(`${made}/users.json`, "utf8")) };
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async kill(signal = "SIGKILL") {
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.kill(signal);
    await ended;
  }

  /** Have all clients go: one that stays would take what a test does to the next one's frames. */
  leave() {
    for (const client of this.clients.splice(0)) client.close();
  }

  async stop() {
    this.leave();
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  token(user, seconds = 3600) {
    const part = (value) => Buffer.from(value).toString("base64url");
    const claims = { sub: user, exp: Math.floor(Date.now() / 1000) + seconds };
    const text = `${part('{"alg":"HS256","typ":"JWT"}')}.${part(JSON.stringify(claims))}`;
    return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
  }

  /** A client of somebody's, with short waits; closed at the end. */
  client(user, options = {}) {
    const client = new Client({
      url: this.url,
      token: () => this.token(user),
      WebSocket,
      backoff: { base: 20, cap: 200 },
      onError: (error) => { throw error; },
      ...options,
    });
    this.clients.push(client);
    return client;
  }
}

/** Outside the range from which the kernel takes ports for outgoing connections. */
async function freePort() {
  for (;;) {
    const port = 12000 + Math.floor(Math.random() * 18000);
    const probe = createServer();
    const isFree = await new Promise((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** Wait for what no promise tells of. */
export async function until(condition, what = condition) {
  const end = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It didn't happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
