// Node.js with ws, the library that most of its servers use. usage: node node.mjs PORT
import { WebSocketServer } from "ws";
import { serve } from "./wire.cjs";

const channels = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 1024 });

class Peer {
  constructor(socket) {
    this.socket = socket;
    this.joined = [];
  }

  join(name) {
    if (!channels.has(name)) channels.set(name, new Set());
    this.joined.push(channels.get(name).add(this.socket));
  }

  send(text) {
    this.socket.send(text);
  }

  tellAll(name, text) {
    this.tell(name, text, null);
  }

  tellOthers(name, text) {
    this.tell(name, text, this.socket);
  }

  tell(name, text, but) {
    // One buffer for all, since ws would encode a string once a send.
    const frame = Buffer.from(text);
    for (const other of channels.get(name)) if (other !== but) other.send(frame, { binary: false });
  }
}

server.on("connection", (socket) => {
  const peer = new Peer(socket);
  socket.on("message", (data) => serve(peer, data));
  socket.on("close", () => peer.joined.forEach((channel) => channel.delete(socket)));
});
