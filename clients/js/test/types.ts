// What the types promise: this file is checked, and never run.

import { Client, CommandError, cookieLogin, resume, signIn, type Lesson, type Login } from "../dist/index.js";

const client = new Client({ url: "http://127.0.0.1:8080", token: () => "…" });

const chat = client.subscribe("chat:user:7", { since: { "3": 12 }, epoch: "b3b0" });
chat.on("chat.message.new", (message, event) => [message.text.length, event.seq?.toFixed()]);
chat.on("subscribed", (ack) => ack.positions["3"]);
// @ts-expect-error: a chat has no such event
chat.on("board.patch", () => {});
// @ts-expect-error: a chat has no elements
chat.patch([]);

const board = client.subscribe("board:lesson:3", { since: 41 });
board.on("board.rights", ({ board }) => board === "draw");
const accepted: Promise<string[]> = board.patch([{ id: "a", version: 1 }]).then((ack) => ack.accepted);
const reset: Promise<number> = board.command("board.reset", {}).then((ack) => ack.seq);
// @ts-expect-error: an element has a version
board.patch([{ id: "a" }]);

client.subscribe("notifications:user:7").on("homework.graded", ({ data }) => data["grade"]);
client.subscribe("status:users").on("user.online", ({ user_id }) => user_id.toFixed());
// @ts-expect-error: there is no such channel
client.subscribe("lesson:3");

const seq: Promise<number> = client.command("chat.read", { lesson_id: 3, seq: 12 }).then((ack) => ack.seq);
// @ts-expect-error: the seq is missing
client.command("chat.read", { lesson_id: 3 });

board.draw([{ id: "a", version: 2 }]);
const flushed: Promise<void> = board.flush();
board.on("board.reset", ({ user_id }, { own }) => own === true && user_id);
// @ts-expect-error: a chat isn't drawn
chat.draw([]);

const login: Promise<Login> = signIn({ url: "http://127.0.0.1:8080", email: "a@b.example", password: "…", storage: localStorage });
new Client({ url: "http://127.0.0.1:8080", token: resume({ url: "http://127.0.0.1:8080", remember: true }) ?? (() => null) });
new CommandError("unauthenticated", "Sign in again.");

export { login, flushed, accepted, reset, seq };
new Client({ url: "http://127.0.0.1:8080", token: cookieLogin({ url: "http://127.0.0.1:8080" }) });

const room = client.room(3);
const hands: readonly number[] | undefined = room.state?.hands.map(({ user_id }) => user_id);
room.on("lesson.changed", ({ lesson }) => lesson.members.map(({ name }) => name));
room.on("subscribed", ({ present }) => present.map(({ entered_at }) => entered_at));
const reacted: Promise<void> = room.react({ hand: false, reaction: null, all: true });
// @ts-expect-error: there is no such reaction
room.react({ reaction: "wow" });
client.subscribe("room:lesson:3").command("room.lead", { on: true });
// @ts-expect-error: a room has no elements
client.subscribe("room:lesson:3").command("board.reset", {});
// @ts-expect-error: a chat has no commands
chat.command("room.lead", { on: true });

chat.on("chat.held.new", ({ held_id, text }) => [held_id.toFixed(), text]);
chat.on("chat.held.decided", ({ approved, message_id }) => approved && message_id?.toFixed());
const held: Promise<boolean> = client.post(3, "May I?").then((posted) => "held_id" in posted);
const notices = client.subscribe("notifications:user:7");
notices.on("notification.read", ({ ids, unread }) => ids === "all" || unread + ids.length);
notices.on("subscribed", ({ unread }) => unread.toFixed());
const lesson: Promise<Lesson> = client.http<Lesson>("GET", "/api/lessons/3/?summary=true");
const unread: Promise<number | undefined> = lesson.then(({ summary }) => summary?.unread);
export { hands, reacted, held, unread };

board.preview("stroke-1", { type: "freedraw", x: 1, y: 2 }).add([[0, 0], [1.25, 2]]);
board.on("board.preview", ({ user_id, n, points }) => user_id + n + (points[0]?.[0] ?? 0));
// @ts-expect-error: pieces are counted
board.command("board.preview", { id: "stroke-1", points: [] });
