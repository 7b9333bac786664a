// Bun's own server. usage: bun bun.mjs PORT
import { serve } from "./wire.cjs";

class Peer {
  constructor(socket) {
    this.socket = socket;
  }

  join(name) {
    this.socket.subscribe(name);
  }

  send(text) {
    this.socket.send(text);
  }

  tellAll(name, text) {
    server.publish(name, text);
  }

  tellOthers(name, text) {
    this.socket.publish(name, text);
  }
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch: (request, self) => (self.upgrade(request, { data: {} }) ? undefined : new Response("", { status: 400 })),
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 600,
    backpressureLimit: 64 << 20,
    open(socket) {
      socket.data.peer = new Peer(socket);
    },
    message(socket, data) {
      serve(socket.data.peer, data);
    },
  },
});
