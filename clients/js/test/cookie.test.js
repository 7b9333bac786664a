// Signing in by a cookie, as pages of the server do: over reloads, in several tabs, until signing out.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, beforeEach, mock, test } from "node:test";
import { cookieLogin } from "../dist/index.js";
import { OLENA, Server, TARAS, until } from "./server.js";

const server = new Server({ AUTH_ACCESS_TTL: 20, LIMITS_LOGINS_PER_MINUTE: 1000 });
before(() => server.start());
after(() => server.stop());

/** The cookies of a browser, which its pages can't read, and the origin that it tells. */
let jar;
let refreshes;
const send = globalThis.fetch;
mock.method(globalThis, "fetch", async (url, options = {}) => {
  if (url.endsWith("/refresh/")) refreshes++;
  const headers = { ...options.headers, Origin: server.url, ...(jar && { Cookie: jar }) };
  const response = await send(url, { ...options, headers });
  for (const cookie of response.headers.getSetCookie()) jar = /^[^=]+=[^;"]+/.exec(cookie)?.[0]; // cleared: ""
  return response;
});
beforeEach(() => {
  jar = undefined;
  refreshes = 0;
});

const tab = (onOther = () => {}) => cookieLogin({ url: `${server.url}/`, onOther });
const account = (user) => server.school.users.find(({ id }) => id === user);

async function signedIn(user) {
  const login = tab();
  const { email, password } = account(user);
  await login.signIn({ email, password });
  return login;
}

/** Whose login a token function has. */
async function whose(login) {
  const client = server.client(0, { token: login });
  const { user } = await client.connect();
  client.close();
  return user.id;
}

test("who signs in is connected, and after a reload still is", async () => {
  const login = await signedIn(TARAS);

  assert.equal(await whose(login), TARAS);
  assert.equal(await whose(tab()), TARAS);
  assert.match(jar, /^rtserver_refresh=/);
});

test("without a cookie there is no token, and no error", async () => {
  assert.equal(await tab()(), null);
});

test("a wrong password is refused, and signs nobody in", async () => {
  const login = tab();

  await assert.rejects(login.signIn({ email: account(OLENA).email, password: "wrong" }), { code: "unauthenticated" });
  assert.equal(await login(), null);
});

test("two parts of a page that ask at once spend one token", async () => {
  const login = await signedIn(OLENA);
  const first = await login();

  const [one, other] = await Promise.all([login(true), login(true)]);

  assert.notEqual(one, first);
  assert.deepEqual([other, await login()], [one, one]);
  assert.equal(refreshes, 1);
});

test("tabs share the login, one after the other and at once", async () => {
  const tabs = [await signedIn(OLENA), tab(), tab()];

  for (let n = 0; n < 3; n++) await Promise.all(tabs.map((each) => each(true)));

  assert.deepEqual(await Promise.all(tabs.map(whose)), [OLENA, OLENA, OLENA]);
});

test("signing out ends the login for every tab, which hears of it", async () => {
  const login = await signedIn(TARAS);
  let told = 0;
  const other = tab(() => told++);
  await other();

  await login.signOut();
  await until(() => told === 1);

  assert.deepEqual([await login(), await other(), jar], [null, null, undefined]);
});

test("signing out everywhere ends the logins of other browsers, too", async () => {
  await signedIn(TARAS);
  const elsewhere = jar;
  const here = await signedIn(TARAS);

  await here.signOut({ everywhere: true });
  jar = elsewhere;

  assert.equal(await tab()(), null);
});

test("a tab of somebody else's login isn't given their token", async () => {
  const mine = await signedIn(TARAS);
  await mine();

  await signedIn(OLENA);

  assert.equal(await mine(true), null);
});

test("a link of a mail chooses a password, and signs in", async () => {
  const args = ["-m", "rtserver", "user", "link", "emma@demo.example", "--json"];
  const { link } = JSON.parse(execFileSync(server.python, args, { env: server.environment, cwd: server.root }));
  const login = tab();

  await login.choosePassword({ token: link.split("#")[1], password: "borsch and bread" });

  assert.equal(await whose(login), account(TARAS).id + 2);
});
