// Signing in with a password, and staying so: over reloads, in several tabs, until signing out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resume, signIn } from "../dist/index.js";
import { Tabs } from "../dist/tabs.js";
import { OLENA, Server, TARAS, until } from "./server.js";

// Without leeway: a refresh token that is used twice ends the login at once.
const server = new Server({ AUTH_ACCESS_TTL: 20, AUTH_REFRESH_LEEWAY: 0, LIMITS_LOGINS_PER_MINUTE: 1000 });
before(() => server.start());
after(() => server.stop());

/** A storage like the browser's. */
class Memory {
  constructor(entries = []) {
    this.map = new Map(entries);
  }

  getItem = (key) => this.map.get(key) ?? null;
  setItem = (key, value) => void this.map.set(key, value);
  removeItem = (key) => void this.map.delete(key);
  copy = () => new Memory(this.map);
}

async function signedIn(user, storage = new Memory()) {
  const { email, password } = server.school.users.find(({ id }) => id === user);
  return { storage, token: await signIn({ url: server.url, email, password, storage }) };
}

/** Whether a token function's login still lives on the server. */
async function lives(token) {
  const client = server.client(0, { token });
  const { user } = await client.connect();
  client.close();
  return user.id;
}

test("who signs in is connected, and after a reload still is", async () => {
  const { storage, token } = await signedIn(TARAS);

  assert.equal(await lives(token), TARAS);
  const again = resume({ url: `${server.url}/`, storage });

  assert.equal(await again(), await token());
  assert.equal(await lives(again), TARAS);
  assert.equal(resume({ url: server.url, storage: new Memory() }), null);
});

test("a wrong password is refused", async () => {
  const options = { url: server.url, email: "olena@demo.example", password: "wrong", storage: new Memory() };

  await assert.rejects(signIn(options), { code: "unauthenticated" });
});

test("a refresh is kept, and two parts of a page that ask at once spend one token", async () => {
  const { storage, token } = await signedIn(OLENA);
  const first = await token();

  const [one, other] = await Promise.all([token(true), token(true)]);

  assert.notEqual(one, first);
  assert.deepEqual([other, await token(), await resume({ url: server.url, storage })()], [one, one, one]);
});

test("two tabs over one storage keep their login, one after the other and at once", async () => {
  const { storage, token: one } = await signedIn(OLENA);
  const other = resume({ url: server.url, storage });
  await Promise.all([one(), other()]);

  for (let n = 0; n < 3; n++) await Promise.all([one(true), other(true)]);
  await one(true);
  await other(true);

  assert.deepEqual([await lives(one), await lives(other)], [OLENA, OLENA]);
});

test("a duplicated tab, with a copy of the storage, keeps its login and lets the first keep its own", async () => {
  const { storage, token: one } = await signedIn(TARAS);
  const other = resume({ url: server.url, storage: storage.copy() });
  await Promise.all([one(), other()]);

  await one(true);
  await other(true);
  for (let n = 0; n < 3; n++) await Promise.all([one(true), other(true)]);

  assert.deepEqual([await lives(one), await lives(other)], [TARAS, TARAS]);
});

test("a tab that was duplicated and slept asks before it spends what the other has spent", async () => {
  const { storage, token } = await signedIn(TARAS);
  const asleep = storage.copy();
  await token();
  const fresh = await token(true);

  const late = resume({ url: server.url, storage: asleep });
  await late();

  assert.equal(await late(true), fresh);
  assert.equal(await lives(token), TARAS);
});

test("of two tabs that want to refresh at once, without locks, one waits for the other", async () => {
  const tab = () => {
    const own = { kept: { login: "l", turn: 0 } };
    own.tabs = new Tabs("at once", () => own.kept, (later) => (own.kept = later));
    return own;
  };
  const both = [tab(), tab()];
  const fetched = [];

  await Promise.all(both.map(async (own, n) => {
    await own.tabs.ask(own.kept);
    if (own.kept.turn) return;
    fetched.push(n);
    await new Promise((resolve) => setTimeout(resolve, 300));
    own.tabs.tell((own.kept = { login: "l", turn: 1 }));
  }));

  assert.equal(fetched.length, 1);
  assert.deepEqual(both.map(({ kept }) => kept.turn), [1, 1]);
  both.forEach(({ tabs }) => tabs.close());
});

/** Locks like the browser's: one at a time under a name, whoever asks. */
function webLocks() {
  const last = new Map();
  const request = (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work);
    last.set(name, turn.catch(() => {}));
    return turn;
  };
  return { request, last };
}

for (const [by, locks] of [["Web Locks", webLocks()], ["the page's own turns, where there are no Web Locks", undefined]])
  test(`two who can't hear each other keep one login by ${by}`, async (t) => {
    const real = ["BroadcastChannel", "navigator"].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
    t.after(() => real.forEach(([name, was]) => (was ? Object.defineProperty(globalThis, name, was) : delete globalThis[name])));
    for (const [name, value] of [["BroadcastChannel", undefined], ["navigator", { locks }]])
      Object.defineProperty(globalThis, name, { value, configurable: true });
    const { storage, token: one } = await signedIn(OLENA);
    const other = resume({ url: server.url, storage });
    await Promise.all([one(), other()]);

    const tokens = await Promise.all([one(true), other(true)]);

    assert.equal(tokens[0], tokens[1]);
    assert.deepEqual([await lives(one), await lives(other)], [OLENA, OLENA]);
    assert.deepEqual([...(locks?.last.keys() ?? [])], locks ? [`rtserver ${server.url} ${JSON.parse([...storage.map.values()][0]).login}`] : []);
  });

test("after signing out there is no token, and the client closes for good", async () => {
  const { storage, token } = await signedIn(TARAS);
  const duplicate = resume({ url: server.url, storage: storage.copy() });
  const codes = [];
  const client = server.client(0, { token, onState: (state, { code }) => state === "closed" && codes.push(code) });
  await Promise.all([client.connect(), duplicate()]);

  await token.signOut();
  await until(() => codes.length);

  assert.deepEqual(codes, [4501]);
  assert.deepEqual([await token(), await token(true), await duplicate(true), storage.map.size], [null, null, null, 0]);
  await token.signOut();
});

test("another person's login in the same storage isn't taken for one's own", async () => {
  const { storage, token } = await signedIn(TARAS);
  const hers = await signedIn(OLENA, storage);

  await token(true);
  await token(true);

  assert.equal(await lives(token), TARAS);
  assert.equal(await lives(resume({ url: server.url, storage })), OLENA);
  await token.signOut();
  assert.equal(await lives(hers.token), OLENA);
});

test("a server that is away is asked again, and the login lives", async () => {
  const { token } = await signedIn(OLENA);
  await token();
  await server.kill();

  await assert.rejects(token(true), { code: "disconnected", temporary: true });
  await server.start();

  assert.equal(await lives(token), OLENA);
});

test("a storage that throws costs nothing but the reload", async () => {
  const throwing = () => { throw new Error("full"); };
  const { token } = await signedIn(TARAS, { getItem: throwing, setItem: throwing, removeItem: throwing });

  await token(true);

  assert.equal(await lives(token), TARAS);
});
