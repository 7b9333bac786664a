// A scene without Excalidraw, and a board without a server.

export class FakeApi {
  elements = [];
  collaborators = new Map();
  state = { isLoading: false };
  updates = [];

  getSceneElementsIncludingDeleted = () => this.elements;
  getAppState = () => this.state;
  updateScene = ({ elements, collaborators, captureUpdate }) => {
    if (elements) this.updates.push(captureUpdate);
    if (elements) this.elements = elements;
    if (collaborators) this.collaborators = collaborators;
  };
}

export class FakeBoard {
  canDraw = true;
  drawn = [];
  commands = [];
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

  async flush() {}

  async patch([element]) {
    const code = this.refusals.get(element.id);
    if (code) throw Object.assign(new Error(code), { code });
    return { seq: null, accepted: [element.id], rejected: [], current: [] };
  }

  async command(type, payload) {
    this.commands.push({ type, ...payload });
  }

  async snapshot() {
    return { elements: this.kept };
  }
}
