// A WebSocket proxy in front of the server, which loses, adds and holds up what a test says.

import { WebSocket, WebSocketServer } from "ws";

export class Proxy {
  /** Called with each frame of the server's; what it gives is passed on. */
  pass = (frame) => [frame];
  isFrozen = false;
  connections = 0;

  constructor(server) {
    this.server = server;
  }

  async start() {
    this.listener = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await new Promise((resolve) => this.listener.on("listening", resolve));
    this.listener.on("connection", (near) => this.#join(near));
    this.url = `http://127.0.0.1:${this.listener.address().port}`;
    return this;
  }

  stop() {
    for (const near of this.listener.clients) near.terminate();
    this.listener.close();
  }

  /** Send a frame of one's own to whoever is connected. */
  say(frame) {
    for (const near of this.listener.clients) near.send(JSON.stringify(frame));
  }

  /** Cut all connections. */
  cut() {
    for (const near of this.listener.clients) near.terminate();
  }

  #join(near) {
    this.connections++;
    const far = new WebSocket(`${this.server.url.replace("http", "ws")}/ws`);
    const early = [];
    near.on("message", (text) => (far.readyState === 1 ? far.send(`${text}`) : early.push(`${text}`)));
    far.on("open", () => early.forEach((text) => far.send(text)));
    far.on("message", (text) => {
      if (this.isFrozen) return;
      for (const frame of this.pass(JSON.parse(text))) near.send(JSON.stringify(frame));
    });
    far.on("close", (code) => (code < 3000 ? near.terminate() : near.close(code)));
    far.on("error", () => near.terminate());
    near.on("close", () => far.terminate());
  }
}
