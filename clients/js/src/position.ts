// How far each stream of a channel has been passed on, so that nothing comes twice.

import type { ChannelEvent } from "./wire.js";

/** What to do with an event: pass it on, drop it, or ask for what is missing before it. */
export type Verdict = "pass" | "drop" | "gap";

/** What can't be recovered: why, and in chat which lessons. */
export interface Reload {
  reason: string;
  lessons?: number[];
}

export interface Opened {
  reloads: Reload[];
  /** Something was passed over: subscribe once more. */
  again?: boolean;
}

export interface SubscribeAck {
  recovered?: boolean;
  reason?: string;
  seq?: number;
  positions?: Record<string, number>;
  not_recovered?: Record<string, string>;
}

export interface Position {
  readonly since: unknown;
  /** Give what to send as `since`; until `opened`, what it covers is left to the replay. */
  ask(): unknown;
  opened(ack: SubscribeAck): Opened;
  judge(event: Pick<ChannelEvent, "type" | "seq" | "payload">): Verdict;
}

export function positionOf(channel: string, userId: () => number | undefined, since: unknown): Position {
  if (channel.startsWith("chat:")) return new ChatPosition(userId, since as Record<string, number>);
  if (/^(status|room):/.test(channel)) return new NoPosition();
  return new SeqPosition(since as number | undefined);
}

/** What to send as `since`, so that each of several positions gets what it misses. */
export function earliest(all: unknown[]): unknown {
  const known = all.filter((since) => since !== undefined) as (number | Record<string, number>)[];
  return known.length ? known.reduce(earlier) : undefined;
}

function earlier(one: number | Record<string, number>, other: number | Record<string, number>) {
  if (typeof one === "number" || typeof other === "number") return Math.min(one as number, other as number);
  const both = { ...one };
  for (const [lesson, seq] of Object.entries(other)) both[lesson] = Math.min(seq, both[lesson] ?? seq);
  return both;
}

/** What several positions can't recover, each reason once. */
export function union(reloads: Reload[]): Reload[] {
  const all = new Map<string, Set<number>>();
  for (const { reason, lessons = [] } of reloads) all.set(reason, new Set([...(all.get(reason) ?? []), ...lessons]));
  return [...all].map(([reason, lessons]) => (lessons.size ? { reason, lessons: [...lessons] } : { reason }));
}

class NoPosition implements Position {
  readonly since = undefined;
  ask = (): undefined => undefined;
  opened = (): Opened => ({ reloads: [] });
  judge = (): Verdict => "pass";
}

/** Boards and notifications: one stream, without holes but those of a board's replay. */
class SeqPosition implements Position {
  #replayed = 0; // up to here a replay follows, whose numbers may skip

  constructor(public since: number | undefined) {}

  ask(): number | undefined {
    return this.since;
  }

  opened(ack: SubscribeAck): Opened {
    if (ack.recovered && this.since !== undefined) this.#replayed = ack.seq ?? 0;
    else this.since = ack.seq;
    return { reloads: ack.recovered === false ? [{ reason: ack.reason ?? "" }] : [] };
  }

  judge({ seq }: { seq?: number }): Verdict {
    if (seq === undefined) return "pass";
    if (this.since === undefined || seq <= this.since) return "drop";
    if (seq > Math.max(this.since, Math.min(this.#replayed, seq - 1)) + 1) return "gap";
    this.since = seq;
    return "pass";
  }
}

/** Chat: a stream per lesson; a replay leaves out the numbers that were superseded. */
class ChatPosition implements Position {
  readonly #lessons: Map<string, number>;
  #asked: ReadonlySet<string> = new Set();
  #everOpened = false;

  constructor(private readonly userId: () => number | undefined, since: Record<string, number> = {}) {
    this.#lessons = new Map(Object.entries(since));
  }

  get since(): Record<string, number> {
    return Object.fromEntries(this.#lessons);
  }

  ask(): Record<string, number> | undefined {
    this.#asked = new Set(this.#lessons.keys());
    return this.#everOpened || this.#lessons.size ? this.since : undefined;
  }

  opened({ positions = {}, not_recovered: failed = {} }: SubscribeAck): Opened {
    const reasons = new Map<string, number[]>();
    const note = (reason: string, lesson: string) =>
      reasons.set(reason, [...(reasons.get(reason) ?? []), Number(lesson)]);
    let again = false;
    for (const [lesson, seq] of Object.entries(positions)) {
      const known = this.#lessons.get(lesson);
      if (known === undefined && this.#everOpened) note("joined", lesson);
      else if (failed[lesson]) note(failed[lesson], lesson);
      // Joined while this was asked for: what came since then may have been passed over.
      if (known !== undefined && !this.#asked.has(lesson)) again ||= known < seq;
      else if (known === undefined || lesson in failed) this.#lessons.set(lesson, seq);
    }
    for (const lesson of this.#asked) if (!(lesson in positions)) this.#lessons.delete(lesson);
    this.#asked = new Set();
    this.#everOpened = true;
    return { again, reloads: [...reasons].map(([reason, lessons]) => ({ reason, lessons })) };
  }

  judge({ type, seq, payload }: Pick<ChannelEvent, "type" | "seq" | "payload">): Verdict {
    const about = payload as { lesson_id: number; user_id?: number; seq?: number };
    const lesson = String(about.lesson_id);
    const known = this.#lessons.get(lesson);
    if (seq === undefined) {
      if (about.user_id === this.userId()) this.#move(type, lesson, about.seq);
      return "pass";
    }
    const isReplayed = this.#asked.has(lesson) || (known === undefined && !this.#everOpened);
    if (isReplayed || seq <= (known ?? -1)) return "drop";
    this.#lessons.set(lesson, seq);
    return "pass";
  }

  #move(type: string, lesson: string, start: number | undefined): void {
    if (type === "chat.left") this.#lessons.delete(lesson);
    if (type === "chat.joined" && start !== undefined)
      this.#lessons.set(lesson, Math.max(start, this.#lessons.get(lesson) ?? 0));
  }
}
