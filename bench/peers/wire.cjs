// What each peer answers: as much of rtserver's wire as the bench needs, without tokens, rights
// or limits, and nothing is stored. A board's last patches are kept for those who come back.
const KEPT = 50;
const boards = new Map();

// Serve a frame; `socket` can send, join a channel, and tell all in one, or the others.
exports.serve = (socket, text) => {
  const { type, id, channel, payload } = JSON.parse(text);
  if (type === "bench.say") {
    socket.tellAll(channel, event("bench.said", channel, payload));
  } else if (type === "board.cursor.move") {
    socket.tellOthers(channel, event(type, channel, { ...payload, user_id: 7 }));
  } else if (type === "board.patch") {
    socket.tellOthers(channel, patched(channel, payload));
  } else if (type !== "auth") {
    socket.join(channel);
  }
  if (id !== undefined) socket.send(JSON.stringify({ type: "ack", id, payload: {} }));
  if (type === "subscribe") for (const each of boards.get(channel)?.kept ?? []) socket.send(each);
};

function event(type, channel, payload, seq) {
  return JSON.stringify({ type, channel, seq, ts: new Date().toISOString(), payload });
}

function patched(channel, payload) {
  if (!boards.has(channel)) boards.set(channel, { seq: 0, kept: [] });
  const board = boards.get(channel);
  const text = event("board.patch", channel, { ...payload, user_id: 7 }, ++board.seq);
  board.kept.push(text);
  if (board.kept.length > KEPT) board.kept.shift();
  return text;
}
