// A lesson's chat, board and room over rtserver's own client, from any origin that server.allowed_origins names.
// index.html?server=http://127.0.0.1:8080&lesson=1

const query = new URLSearchParams(location.search);
const [url, lesson] = [query.get("server") ?? "http://127.0.0.1:8080", Number(query.get("lesson") ?? 1)];
const { Client, resume, signIn } = await import(`${url}/client.js`);
const [door, state, error, people, hand, clear, leave, svg, list, say] =
  ["door", "state", "error", "people", "hand", "clear", "leave", "board", "chat", "say"].map((id) => document.getElementById(id));
const tellError = (failure) => (error.textContent = failure.message);
const make = (name, parent) => parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name));
const random = () => crypto.getRandomValues(new Uint32Array(1))[0];
const shown = new Map(); // the board's shapes, by the ids of their elements
const stored = new Map(); // the board as the server has it: made of its events alone
const mine = new Map(); // what I have drawn and what isn't stored yet
const cursors = new Map(); // where the others point
let strokes; // what the others are drawing just now

/** Show what is stored, or above it what I or others have drawn since. */
function show(id) {
  const [theirs, own] = [stored.get(id), mine.get(id)];
  const element = own && !(theirs?.version >= own.version) ? own : theirs;
  const [points = [], drawn = []] = [element?.points, element?.isDeleted ? [] : strokes.get(id)?.points];
  const longer = drawn.length > points.length ? drawn : points;
  if (!longer.length) return void (shown.get(id)?.remove(), shown.delete(id));
  if (!shown.has(id)) shown.set(id, make("polyline", svg));
  shown.get(id).setAttribute("points", longer.map((point) => point.join()).join(" "));
}

function put(elements) {
  for (const element of elements) {
    stored.set(element.id, element);
    if (mine.get(element.id)?.version <= element.version) mine.delete(element.id);
    show(element.id);
  }
}

function replace(elements) {
  const gone = [...stored.keys()].filter((id) => stored.delete(id));
  put(elements);
  gone.forEach(show);
}

/** Let the pen draw: its new points go out at once, the whole stroke every 2 s and when it is up. */
function draw(board) {
  let stroke, preview, told = 0;
  svg.onpointerdown = (event) => {
    if (!board.canDraw) return;
    svg.setPointerCapture(event.pointerId);
    stroke = { id: `${random()}-${random()}`, version: 0, type: "line", points: [] };
    preview = board.preview(stroke.id);
  };
  svg.onpointermove = (event) => {
    const [x, y] = [event.offsetX, event.offsetY].map((number) => Math.round(number * 10) / 10);
    if (event.timeStamp > told + 50) board.notify("board.cursor.move", { x, y }), (told = event.timeStamp);
    if (!stroke) return;
    stroke = { ...stroke, version: stroke.version + 1, versionNonce: random(), points: [...stroke.points, [x, y]] };
    mine.set(stroke.id, stroke);
    show(stroke.id);
    preview.add([[x, y]]);
    board.draw([stroke]);
  };
  svg.onpointerup = svg.onpointercancel = () => (preview?.end(), (stroke = undefined), board.flush());
}

function point({ user_id, x, y }) {
  if (!cursors.has(user_id)) cursors.set(user_id, make("circle", svg));
  const place = Object.entries({ cx: x, cy: y, r: 5, "data-user": user_id });
  for (const [name, value] of place) cursors.get(user_id).setAttribute(name, value);
}

/** Show who is in the room, and whose hand is up. */
function seat({ lesson: { members }, present }) {
  const name = (id) => members.find(({ user_id }) => user_id === id)?.name;
  people.textContent = present.map(({ user_id, hand }) => `${hand ? "✋ " : ""}${name(user_id)}`).join(", ");
}

/** Show a message once, in the order in which they were written. */
function tell(message) {
  const id = `message-${message.id}`;
  const line = document.getElementById(id) ?? Object.assign(document.createElement("li"), { id });
  line.textContent = `${message.author.name}: ${message.deleted ? "(deleted)" : message.text}`;
  line.dataset.seq = message.created_seq;
  list.insertBefore(line, [...list.children].find((other) => other !== line && other.dataset.seq > message.created_seq) ?? null);
  line.scrollIntoView();
}

async function enter(token) {
  door.hidden = true;
  const onReload = (channel) => void (channel.startsWith("board:") ? loadBoard() : loadChat());
  const client = new Client({ url, token, drawInterval: 2000, onState: (now) => (state.textContent = now), onError: tellError, onReload });
  const { user } = await client.connect();
  const board = client.subscribe(`board:lesson:${lesson}`);
  const chat = client.subscribe(`chat:user:${user.id}`);
  const room = client.room(lesson);
  const loadBoard = async () => replace((await board.snapshot()).elements);
  const loadChat = async () => (await client.http("GET", `/api/chat/history/?lesson_id=${lesson}`)).results.forEach(tell);

  strokes = board.strokes(show);
  board.on("board.patch", ({ elements }) => put(elements));
  board.on("board.reset", () => replace([]));
  board.on("board.snapshot.send", ({ elements }) => replace(elements));
  board.on("board.cursor.move", point);
  for (const what of ["new", "edited", "deleted"]) chat.on(`chat.message.${what}`, (message) => message.lesson_id === lesson && tell(message));
  room.onChange(() => room.state && seat(room.state));
  room.on("room.left", ({ user_id }) => (cursors.get(user_id)?.remove(), cursors.delete(user_id)));
  await Promise.all([board.ready, chat.ready, room.ready]);
  await Promise.all([loadBoard(), loadChat()]);
  draw(board);
  hand.onclick = () => room.react({ hand: !room.state.hands.some(({ user_id }) => user_id === user.id) }).catch(tellError);
  clear.onclick = () => board.command("board.reset", {}).catch(tellError);
  leave.onclick = () => token.signOut().then(() => location.reload());
  say.onsubmit = (event) => {
    event.preventDefault();
    client.post(lesson, say.text.value).catch(tellError);
    say.reset();
  };
}

const stay = (failure) => (tellError(failure), (door.hidden = false));
door.onsubmit = (event) => {
  event.preventDefault();
  signIn({ url, email: door.email.value, password: door.password.value }).then(enter).catch(stay);
};
Promise.resolve(resume({ url })).then((token) => token && enter(token)).catch(stay); // after a reload
