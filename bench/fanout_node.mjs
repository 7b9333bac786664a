// Node.js with ws, the library that most of its servers use: as much of rtserver's wire as
// the bench needs, without tokens, limits or rights. usage: fanout_node.mjs PORT
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(new URL("../clients/js/package.json", import.meta.url))("ws");
const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 1024 });

server.on("connection", (socket) => {
  const joined = new Set();
  socket.on("message", (data) => {
    const { type, id, channel, payload } = JSON.parse(data);
    if (type === "bench.join") {
      const room = rooms.get(channel) ?? new Set();
      rooms.set(channel, room.add(socket));
      joined.add(room);
      socket.send(JSON.stringify({ type: "ack", id, channel, payload: {} }));
    } else {
      const text = JSON.stringify({ type: "bench.said", channel, ts: new Date().toISOString(), payload });
      // One for all, since ws would encode a string once a send.
      const event = Buffer.from(text);
      for (const other of rooms.get(channel)) other.send(event, { binary: false });
    }
  });
  socket.on("close", () => joined.forEach((room) => room.delete(socket)));
});
