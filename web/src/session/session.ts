// Who is signed in, and by what they reach the server.

import { type Client, type CookieLogin, cookieLogin, type Login, type State } from "rtserver-client";
import { call, type Schema } from "../api/http.ts";
import { createStore } from "../state/store.ts";
import { demoLogin } from "./demo.ts";
import { countUnsent, forgetUnsent } from "./outbox.ts";
import { countRows, forgetRows, mark, tidyRows } from "./shelf.ts";
import { dropTrace, isRemembered, keepTrace, wasHere } from "./traces.ts";

export type Me = Schema<"UserView">;

export interface Member {
  kind: "member";
  me: Me;
  client: Client;
  /** Which of this page's logins it is: what is shown begins anew with another. */
  login: number;
}

/** `starting` until that is known; `offline` where the server can't be asked. */
export type Who = { kind: "starting" } | { kind: "offline" } | { kind: "guest" } | Member;

const REVOKED = 4501; // also how the client ends where there is no token any more
const CHANGING = "rtserver password"; // held by the tab that changes it, until it has signed in anew

export class Session {
  readonly who = createStore<Who, Who>((_, next) => next, { kind: "starting" });
  readonly connection = createStore<State, State>((_, next) => next, "idle");
  readonly #cookie: CookieLogin = cookieLogin({ url: location.origin, onOther: () => location.reload() });
  #login: Login = this.#cookie;
  #logins = 0;
  #isOver = false; // the login has ended by itself, and nobody has ended it
  #heard: Client | undefined; // the client whose end is that of the session

  /** Find out whether somebody is signed in; again after `offline`. */
  async start(): Promise<void> {
    const demo = demoLogin();
    this.#login = demo ?? this.#cookie;
    void tidyRows().catch(() => {});
    if (!demo && !wasHere()) return this.who.send({ kind: "guest" });
    try {
      const token = await this.#login(false);
      if (token === null) this.#leave();
      else await this.#enter();
    } catch {
      this.who.send({ kind: "offline" });
    }
  }

  async signIn(person: { email: string; password: string; remember: boolean }): Promise<void> {
    await this.#cookie.signIn(person);
    await this.#begin(person);
  }

  async choosePassword(choice: { token: string; password: string; remember: boolean }): Promise<void> {
    await this.#cookie.choosePassword(choice);
    await this.#begin(choice);
  }

  /** Change a member's password. It ends all logins, this one too: this browser signs in anew, and all its tabs go on. */
  changePassword(member: Member, password: string, current_password: string): Promise<void> {
    return alone(() => this.#change(member, password, current_password));
  }

  async #change({ me, client }: Member, password: string, current_password: string): Promise<void> {
    const remember = isRemembered();
    this.#heard = undefined; // its login ends, and the session doesn't
    try {
      await call(client, "patch", "/api/users/me/", { body: { password, current_password } });
    } catch (error) {
      this.#heard = client;
      this.connection.send(client.state);
      if (client.state === "closed") this.#leave();
      throw error;
    }
    client.close();
    await this.signIn({ email: me.email, password, remember }).catch((error) => {
      this.#leave();
      throw error;
    });
  }

  async signOut(options?: { everywhere?: boolean }): Promise<void> {
    if (this.#login === this.#cookie) await this.#cookie.signOut(options);
    else await this.#login.signOut();
    await this.#forget();
    this.#leave();
  }

  /** How much of what one has drawn and written lies here, and the server doesn't have it. */
  async unstored(): Promise<number> {
    const who = this.who.get();
    if (who.kind !== "member") return 0;
    return countUnsent(who.me.id) + (await countRows(who.me.id).catch(() => 0));
  }

  /** Show what has changed of oneself: the name, the language, the zone. */
  changed(me: Me): void {
    const who = this.who.get();
    if (who.kind === "member") this.who.send({ ...who, me });
  }

  async #begin(login: { remember: boolean }): Promise<void> {
    this.#login = this.#cookie;
    keepTrace(login);
    await this.#enter();
  }

  async #enter(): Promise<void> {
    const { Client } = await import("./client.ts");
    const client = new Client({
      url: location.origin,
      token: async (fresh) => {
        const token = await this.#login(fresh);
        this.#isOver = token === null;
        return token;
      },
      onState: (state, { code }) => {
        if (this.#heard !== client) return;
        this.connection.send(state);
        if (state === "closed" && code !== 1000) void this.#end(code);
      },
    });
    this.#heard = client;
    const me = await client.http<Me>("GET", "/api/users/me/");
    mark(me.id, false);
    this.who.send({ kind: "member", me, client, login: ++this.#logins });
    client.connect().catch(() => {}); // onState has told
  }

  /** Who signs out everywhere, and who is locked out, leaves nothing here either; whose login has run out comes back. */
  async #end(code: number | undefined): Promise<void> {
    if (code === REVOKED && !this.#isOver) {
      if (await this.#goesOn().catch(() => false)) return;
      await this.#forget();
    }
    this.#leave();
  }

  /** Take the login that another tab has begun: who changes the password there hasn't signed out here. */
  async #goesOn(): Promise<boolean> {
    if (this.#login !== this.#cookie) return false;
    await alone(async () => {});
    if ((await this.#cookie(true)) === null) return false;
    await this.#enter().catch(() => this.who.send({ kind: "offline" }));
    return true;
  }

  async #forget(): Promise<void> {
    const who = this.who.get();
    if (who.kind !== "member") return;
    const forgotten = forgetRows(who.me.id).catch(() => {}); // this browser keeps nothing
    forgetUnsent(who.me.id);
    await forgotten;
  }

  #leave(): void {
    dropTrace();
    const who = this.who.get();
    this.who.send({ kind: "guest" });
    if (who.kind === "member") who.client.close();
  }
}

/** Do something while no other tab does; browsers know it on safe pages alone. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (navigator.locks) await navigator.locks.request(CHANGING, work);
  else await work();
}
