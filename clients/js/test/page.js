// Runs in the browser: follows a chat and a board, and reports to the test what it sees.

import { Client } from "/dist/index.js";

const { url, token, user, lesson } = await (await fetch("/config")).json();
const report = (value) => fetch("/report", { method: "POST", body: JSON.stringify(value) });

const states = [];
const client = new Client({
  url,
  token: () => token,
  backoff: { base: 50, cap: 200 },
  onState: (state, { code }) => states.push(code ? `${state} ${code}` : state),
});
const chat = client.subscribe(`chat:user:${user}`);
const seqs = [];
chat.on("chat.message.new", ({ text }, { seq }) => {
  seqs.push(seq);
  if (text === "the end") void report({ seqs, states });
});
const board = client.subscribe(`board:lesson:${lesson}`);

try {
  await client.connect();
  const { positions } = await chat.ready;
  const posted = await client.post(lesson, "from the browser");
  const patched = await board.patch([{ id: "drawn", version: 1 }]);
  await report({ start: positions[lesson], posted, patched, secure: isSecureContext });
} catch (error) {
  await report({ failed: String(error) });
}
