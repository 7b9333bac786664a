// The queue of patches, by itself: what it merges, splits, holds and refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandError } from "../dist/index.js";
import { Patches } from "../dist/patches.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const acked = (elements, seq = 1) => ({ seq, accepted: elements.map(({ id }) => id), rejected: [], current: [] });

/** A way to the server whose answers the test gives. */
class Way {
  isOpen = true;
  limit = 65536;
  frames = [];
  answers = [];
  viewer = undefined;

  refusal = () => this.viewer;
  delay = () => 0;

  send(elements) {
    this.frames.push(elements);
    return new Promise((resolve, reject) => this.answers.push({ resolve, reject }));
  }

  ack(answer = acked(this.frames.at(-1), this.frames.length)) {
    this.answers.shift().resolve(answer);
    return turn();
  }

  refuse(error) {
    this.answers.shift().reject(new CommandError(error));
    return turn();
  }

  /** Answer whatever is sent until nothing more comes. */
  async run(answer = (elements) => acked(elements, this.frames.length)) {
    while (this.answers.length) {
      const result = answer(this.frames.at(-1));
      await (result instanceof CommandError ? this.refuse(result) : this.ack(result));
    }
  }
}

function queue(options = {}) {
  const way = Object.assign(new Way(), options);
  return { way, patches: new Patches(way) };
}

test("while one frame is under way the rest is merged, and the latest version of each goes out", async () => {
  const { way, patches } = queue();
  const first = patches.add([{ id: "a", version: 1 }]);
  const older = [patches.add([{ id: "a", version: 4 }]), patches.add([{ id: "a", version: 3 }, { id: "b", version: 1 }])];
  const same = patches.add([{ id: "a", version: 4, versionNonce: -1 }]);
  assert.equal(way.frames.length, 1);

  await way.run();

  assert.deepEqual(way.frames.slice(1), [[{ id: "a", version: 4, versionNonce: -1 }, { id: "b", version: 1 }]]);
  assert.deepEqual((await first).seq, 1);
  assert.deepEqual((await older[1]), { seq: 2, accepted: ["a", "b"], rejected: [], current: [] });
  assert.deepEqual((await Promise.all([older[0], same])).map(({ accepted }) => accepted), [["a"], ["a"]]);
});

test("each promise hears of its own elements alone, the winners with them", async () => {
  const { way, patches } = queue({ isOpen: false });
  const [one, other] = [patches.add([{ id: "a", version: 1 }]), patches.add([{ id: "b", version: 1 }])];
  way.isOpen = true;
  patches.wake();

  const winner = { id: "b", version: 9 };
  await way.ack({ seq: 5, accepted: ["a"], rejected: ["b"], current: [winner] });

  assert.deepEqual(await one, { seq: 5, accepted: ["a"], rejected: [], current: [] });
  assert.deepEqual(await other, { seq: 5, accepted: [], rejected: ["b"], current: [winner] });
});

test("a minute of drawing without a connection becomes one frame with the final element", async () => {
  const { way, patches } = queue({ isOpen: false });
  const points = [];
  const all = Array.from({ length: 3600 }, (_, n) => (points.push([n, n]), patches.add([{ id: `s${n % 3}`, version: n + 1, points }])));
  way.isOpen = true;
  patches.wake();
  await way.run();
  await Promise.all(all);

  assert.ok(way.frames.length <= 3);
  assert.deepEqual(way.frames.flat().map(({ version }) => version), [3598, 3599, 3600]);
  assert.equal(way.frames.flat().at(-1).points.length, 3600);
});

test("frames stay under 500 elements and under the bytes of a message", async () => {
  const { way, patches } = queue();
  const text = "є".repeat(2000);
  const done = patches.add(Array.from({ length: 1300 }, (_, n) => ({ id: `n${n}`, version: 1, ...(n < 100 && { text }) })));

  await way.run();

  assert.ok(way.frames.every((frame) => frame.length <= 500 && Buffer.byteLength(JSON.stringify(frame)) < way.limit));
  assert.equal(way.frames.length, 6 + 3); // of the large ones 16 fit
  assert.deepEqual(await done.then(({ seq, accepted }) => [seq, accepted.length]), [9, 1300]);
});

test("after rate_limited the whole queue holds, whatever comes or opens meanwhile", async () => {
  const { way, patches } = queue();
  const done = [patches.add([{ id: "a", version: 1 }])];
  const began = performance.now(); // before the pause begins, however slow this machine is
  await way.refuse({ code: "rate_limited", retry_after: 0.2 });

  for (let version = 2; version < 50; version++) done.push(patches.add([{ id: "a", version }]));
  patches.wake();
  assert.equal(way.frames.length, 1);
  while (way.frames.length < 2) await turn();

  assert.ok(performance.now() - began > 150);
  await way.ack();
  assert.deepEqual((await Promise.all(done)).length, 49);
  assert.deepEqual(way.frames[1], [{ id: "a", version: 49 }]);
});

test("what comes while a frame fails is merged with it", async () => {
  const { way, patches } = queue();
  const done = [patches.add([{ id: "a", version: 1 }, { id: "b", version: 2 }]), patches.add([{ id: "b", version: 1 }, { id: "a", version: 2 }])];

  await way.refuse({ code: "disconnected" });
  patches.wake();
  await way.ack();

  assert.deepEqual(way.frames[1], [{ id: "a", version: 2 }, { id: "b", version: 2 }]);
  assert.deepEqual((await Promise.all(done)).map(({ accepted }) => accepted.length), [2, 2]);
});

test("one element that the server won't take fails alone, not what it was merged with", async () => {
  const { way, patches } = queue({ isOpen: false });
  const done = Promise.allSettled(Array.from({ length: 40 }, (_, n) => patches.add([{ id: `n${n}`, version: 1 }])));
  way.isOpen = true;
  patches.wake();

  await way.run((elements) => elements.some(({ id }) => id === "n13") ? new CommandError({ code: "too_large" }) : acked(elements));
  const settled = await done;

  assert.deepEqual(settled.flatMap(({ reason }, n) => (reason ? [[n, reason.code]] : [])), [[13, "too_large"]]);
  assert.ok(way.frames.length < 20);
});

test("an aborted patch isn't sent, unless others want its element", async () => {
  const { way, patches } = queue({ isOpen: false });
  const aborting = new AbortController();
  const gone = assert.rejects(patches.add([{ id: "a", version: 1 }, { id: "b", version: 2 }], aborting.signal), { message: "enough" });
  const stays = patches.add([{ id: "b", version: 1 }]);

  aborting.abort(new Error("enough"));
  way.isOpen = true;
  patches.wake();
  await way.run();

  await gone;
  assert.deepEqual(way.frames, [[{ id: "b", version: 2 }]]);
  assert.deepEqual((await stays).accepted, ["b"]);
});

test("an element changed in the page's hands goes out as it was handed over", async () => {
  const { way, patches } = queue({ isOpen: false });
  const element = { id: "a", version: 1, points: [1] };
  const done = patches.add([element]);
  element.points.push(2);
  way.isOpen = true;
  patches.wake();
  await way.run();

  assert.deepEqual(way.frames, [[{ id: "a", version: 1, points: [1] }]]);
  assert.deepEqual((await done).accepted, ["a"]);
});

test("drained, it sends everything at once; ended, it fails the rest", async () => {
  const { way, patches } = queue();
  const done = [patches.add([{ id: "a", version: 1 }]), patches.add([{ id: "b", version: 1 }])];
  patches.drain();
  assert.equal(way.frames.length, 2);
  way.isOpen = false;
  const late = assert.rejects(patches.add([{ id: "c", version: 1 }]), { code: "closed" });

  patches.end(new CommandError({ code: "closed" }));
  await way.ack(acked(way.frames[0]));
  await way.ack(acked(way.frames[1]));

  await late;
  assert.deepEqual((await Promise.all(done)).map(({ accepted }) => accepted), [["a"], ["b"]]);
  await assert.rejects(patches.add([{ id: "d", version: 1 }]), { code: "closed" });
});

test("an element that isn't in an array is refused, not taken for none", async () => {
  const { patches } = queue();

  await assert.rejects(patches.add({ id: "a", version: 1 }), TypeError);
});

test("no elements are no frame", async () => {
  const { way, patches } = queue();

  assert.deepEqual(await patches.add([]), { seq: null, accepted: [], rejected: [], current: [] });
  assert.deepEqual(way.frames, []);
});
