// A scene without Excalidraw, and a board without a server.

import { Strokes } from "../../js/dist/strokes.js";

/** What Excalidraw does with equal indices: counted as a change, in place. */
export function repair(scene) {
  scene.forEach((each, n) => {
    if (n && each.index <= scene[n - 1].index)
      Object.assign(each, { index: `${scene[n - 1].index}V`, version: each.version + 1, versionNonce: 99 });
  });
}

export class FakeApi {
  elements = [];
  collaborators = new Map();
  state = { isLoading: false };
  updates = [];

  getSceneElementsIncludingDeleted = () => this.elements;
  getAppState = () => this.state;
  updateScene = ({ elements, collaborators, captureUpdate }) => {
    if (elements) this.updates.push(captureUpdate);
    if (elements) repair((this.elements = elements));
    if (collaborators) this.collaborators = collaborators;
  };
}

export class FakeBoard {
  canDraw = true;
  drawn = [];
  commands = [];
  previews = [];
  listeners = new Map();
  kept = []; // what a snapshot has
  refusals = new Map(); // codes, by the ids of elements
  ready = Promise.resolve({});

  on(type, listener) {
    this.listeners.set(type, listener);
    return () => this.listeners.delete(type);
  }

  tell(type, payload) {
    this.listeners.get(type)?.(payload);
  }

  draw(elements) {
    this.drawn.push(...elements);
  }

  /** Without the throttle and the rounding of the real one. */
  preview(id, looks) {
    const told = { id, looks, points: [], isOver: false };
    this.previews.push(told);
    return { add: (points) => told.points.push(...points), end: () => (told.isOver = true) };
  }

  strokes(changed) {
    return new Strokes((take) => this.on("board.preview", take), changed);
  }

  async flush() {}

  async patch([element]) {
    const code = this.refusals.get(element.id);
    if (code) throw Object.assign(new Error(code), { code });
    return { seq: null, accepted: [element.id], rejected: [], current: [] };
  }

  notify(type, payload) {
    this.commands.push({ type, ...payload });
  }

  async snapshot() {
    return { elements: this.kept };
  }
}
