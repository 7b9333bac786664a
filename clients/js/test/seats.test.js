// A room's state after any events is what a fresh ack would tell.

import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, opened, ROOM_EVENTS } from "../dist/seats.js";

/** Numbers that look random, and are the same at each run. */
function dice(seed) {
  return (sides) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * sides);
  };
}

/** A room as the server keeps it: times as numbers, of which it writes none, three or six digits. */
class Room {
  people = new Map();
  lead = null;
  lesson = { id: 3, title: "Algebra", members: [] };
  now = 0;

  constructor(roll) {
    this.roll = roll;
  }

  /** Microseconds, now and then the same as before. */
  tick() {
    return (this.now += [0, 1, 250, 1000, 1_000_000][this.roll(5)]);
  }

  written(time) {
    if (time === null) return null;
    const second = new Date(Math.floor(time / 1_000_000) * 1000).toISOString().slice(0, 19);
    const rest = time % 1_000_000;
    const digits = rest % 1000 ? `.${String(rest).padStart(6, "0")}` : `.${String(rest / 1000).padStart(3, "0")}`;
    return `${second}${rest ? digits : ""}Z`;
  }

  ack() {
    const inOrder = [...this.people].sort(([one, a], [other, b]) => a.entered - b.entered || one - other);
    const present = inOrder.map(([user_id, { entered, hand, reaction }]) =>
      ({ user_id, entered_at: this.written(entered), hand: this.written(hand), reaction }));
    return { channel: "room:lesson:3", lesson: this.lesson, present, lead: this.lead };
  }

  /** Let something happen to somebody; the event that tells of it. */
  next() {
    const user_id = 1 + this.roll(6);
    const person = this.people.get(user_id);
    const kind = this.roll(8);
    if (kind === 0) return ["room.lead", { user_id: (this.lead = this.roll(2) ? user_id : null) }];
    if (kind === 1) return ["lesson.changed", { lesson: (this.lesson = { ...this.lesson, title: `Lesson ${this.roll(99)}` }) }];
    if (!person) {
      const entered = this.tick();
      this.people.set(user_id, { entered, hand: null, reaction: null });
      return ["room.entered", { user_id, at: this.written(entered) }];
    }
    if (kind < 4) {
      this.people.delete(user_id);
      return ["room.left", { user_id, at: this.written(this.tick()) }];
    }
    person.hand = this.roll(2) ? (person.hand ?? this.tick()) : null;
    person.reaction = [null, "yes", "help"][this.roll(3)];
    return ["room.reaction", { user_id, hand: this.written(person.hand), reaction: person.reaction }];
  }
}

test("after any events the state is that of a fresh ack, and no state changes once it is given", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const room = new Room(dice(seed));
    let state = opened(room.ack());
    const seen = new Set();
    for (let step = 0; step < 120; step++) {
      const [type, payload] = room.next();
      const before = JSON.stringify(state);
      const after = changed(state, type, payload);

      assert.equal(JSON.stringify(state), before, type);
      assert.deepEqual(after, opened(room.ack()), `${type}, seed ${seed}, step ${step}`);
      seen.add(type);
      state = after;
    }
    assert.deepEqual([...seen].sort(), [...ROOM_EVENTS].sort());
  }
});

test("hands stand in the order of raising, whenever their owners came", () => {
  const at = (seconds) => `2026-11-23T10:00:0${seconds}Z`;
  const person = (user_id, entered, hand) => ({ user_id, entered_at: at(entered), hand: hand && at(hand), reaction: null });
  const present = [person(7, 1, "5"), person(8, "2.5", null), person(9, "3", "4.000001")];

  const { hands } = opened({ lesson: {}, present, lead: null });

  assert.deepEqual(hands.map(({ user_id }) => user_id), [9, 7]);
});

test("what tells nothing new changes nothing", () => {
  const at = "2026-11-23T10:00:00Z";
  const state = opened({ lesson: {}, present: [{ user_id: 7, entered_at: at, hand: at, reaction: "yes" }], lead: null });

  assert.equal(changed(state, "room.entered", { user_id: 7, at }), state);
  assert.equal(changed(state, "room.left", { user_id: 8, at }), state);
});
