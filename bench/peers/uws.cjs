// uWebSockets.js on Node.js. usage: node uws.cjs PORT
const uWS = require("uwebsockets");
const { serve } = require("./wire.cjs");

const decoder = new TextDecoder();
const app = uWS.App();

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
    app.publish(name, text);
  }

  tellOthers(name, text) {
    this.socket.publish(name, text);
  }
}

app.ws("/*", {
  compression: 0,
  idleTimeout: 600,
  maxBackpressure: 64 << 20,
  open(socket) {
    socket.getUserData().peer = new Peer(socket);
  },
  message(socket, data) {
    serve(socket.getUserData().peer, decoder.decode(data));
  },
});
app.listen("127.0.0.1", Number(process.argv[2]), (listening) => listening || process.exit(1));
