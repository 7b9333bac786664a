// A scene of Excalidraw and a board, each told of what happens to the other.

import type { BoardChannel, BoardElement, Room, Strokes, Subscription } from "rtserver-client";
import { Copy } from "./copy.js";
import { Cursors, type Move } from "./cursors.js";
import type { Options } from "./options.js";
import { outgoing, isEmpty } from "./outgoing.js";
import { Pen } from "./pen.js";
import { Pointer } from "./pointer.js";
import { over } from "./previews.js";
import { Scene, shown } from "./scene.js";
import { Sender } from "./sender.js";
import type { Api, PointerUpdate, SceneElement, State } from "./types.js";
import { wins } from "./versions.js";

/** Milliseconds within which changes are gathered. */
const PACE = 40;

/** What of Excalidraw's code is needed, beside the page's `api`. */
export interface Editor {
  /** Make an element that came from elsewhere fit to be shown. */
  restore(element: SceneElement): SceneElement | undefined;
  /** For changes that mustn't be undone here. */
  never: unknown;
}

export class Binding {
  readonly #copy = new Copy();
  readonly #scene = new Scene();
  readonly #cursors: Cursors;
  readonly #pointer: Pointer;
  readonly #pen: Pen;
  readonly #strokes: Strokes;
  readonly #sender: Sender;
  readonly #stale = new Set<string>(); // ids of what the scene shows otherwise than it should
  readonly #ends: (() => void)[];
  #withheld: BoardElement[] = []; // what Excalidraw began with, while one may only look
  #isStarted = false; // what is given to Excalidraw before, it wipes away
  #hasCollected = false;
  #isLoaded = false;
  #isClosed = false;
  #canDraw: boolean | undefined;
  #areCursorsStale = false;
  #toldOf: number | undefined; // the revision of what waits that the page was told of
  #button: PointerUpdate["button"] = "up";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly board: Subscription<BoardChannel>,
    private readonly editor: Editor,
    private readonly options: Options = {},
  ) {
    const { cursorSeconds = 10, name = (userId) => nameIn(options.room, userId) } = options;
    this.#cursors = new Cursors(cursorSeconds, name, () => this.#cursorsChanged());
    this.#pointer = new Pointer(board, options.viewport);
    this.#pen = new Pen(board, () => this.#soon());
    this.#strokes = board.strokes((id) => this.#show([id]));
    this.#sender = new Sender(board, this.#copy, options, (ids) => this.#show(ids));
    this.#ends = this.#listen();
    board.ready.then(() => (this.#allow(), this.#load()), () => {}); // whoever awaits it hears of it
  }

  /** For Excalidraw's `onChange`. */
  readonly onChange = (_elements: unknown, state: State): void => {
    if (state.isLoading) return;
    this.#isStarted = true;
    this.#soon();
  };

  /** For Excalidraw's `onPointerUpdate`. */
  readonly onPointerUpdate = (update: PointerUpdate): void => {
    if (this.#isClosed) return;
    this.#pointer.move(update);
    const isUp = this.#button === "down" && update.button === "up";
    this.#button = update.button;
    if (isUp) setTimeout(() => (this.#work(), this.#sender.settle())); // once Excalidraw has ended the stroke
  };

  /** Load the board anew; after a break that can't be replayed this is done without asking. */
  readonly reload = (): Promise<void> => this.#load();

  /** Tell of what one sees once more: it has changed, or somebody has come who is to follow. */
  readonly look = (): void => this.#pointer.look();

  /** Take somebody's cursor away: they have left. */
  readonly forget = (userId: number): void => this.#cursors.forget(userId);

  /** Send what was drawn, and leave board and scene to themselves. */
  readonly close = (): Promise<void> => {
    if (this.#isClosed) return Promise.resolve();
    this.#work(true);
    this.#pointer.leave();
    this.#strokes.end();
    if (this.#isStarted && this.#isLoaded) this.#give();
    this.#cursors.clear();
    this.api.updateScene({ collaborators: new Map() });
    this.#isClosed = true;
    for (const end of this.#ends) end();
    clearTimeout(this.#timer);
    this.#sender.close();
    return this.board.flush();
  };

  #listen(): (() => void)[] {
    const { board } = this;
    const leave = () => (this.#work(true), this.#pointer.leave());
    globalThis.addEventListener?.("pagehide", leave);
    return [
      () => globalThis.removeEventListener?.("pagehide", leave),
      board.on("board.patch", ({ elements }) => this.#show(this.#copy.put(elements))),
      board.on("board.reset", () => this.#show(this.#copy.reset())),
      board.on("board.snapshot.send", ({ elements }) => this.#show(this.#copy.replace(elements))),
      board.on("board.cursor.move", (move) => this.#cursors.move(move as Move)),
      board.on("board.rights", () => this.#allow()),
      board.on("subscribed", ({ recovered }) => {
        this.#allow();
        if (recovered === false) void this.#load();
      }),
      board.on("unsubscribed", () => (this.#allow(), this.#strokes.end(), this.#cursors.clear())),
      this.options.room?.on("room.left", ({ user_id }) => this.forget(user_id)) ?? (() => {}),
    ];
  }

  async #load(): Promise<void> {
    try {
      const { elements } = await this.board.snapshot();
      if (this.#isClosed) return;
      this.#allow();
      const ids = this.#copy.load(elements);
      if (this.#isLoaded) this.#show(this.#strangers());
      this.#isLoaded = true;
      this.#show(ids);
      this.#soon(); // also for an empty board
    } catch (error) {
      if (!this.#isClosed) (this.options.onError ?? console.error)(error);
    }
  }

  /** What the scene has and the board doesn't; but not what was drawn since one last looked. */
  #strangers(): string[] {
    this.#collect();
    const ids = this.#elements().map(({ id }) => id);
    return ids.filter((id) => !this.#copy.stored(id) && !this.#copy.mine(id));
  }

  #allow(): void {
    const { canDraw } = this.board;
    if (canDraw === this.#canDraw) return;
    this.#canDraw = canDraw;
    if (!canDraw) {
      const ids = this.#copy.unanswered.map(({ id }) => id);
      for (const id of ids) this.#copy.drop(id);
      const held = this.#pen.lift();
      this.#show(held === undefined ? ids : [...ids, held]);
    } else this.#release();
    this.options.onCanDraw?.(canDraw);
    this.#soon();
  }

  /** One may draw now: send what was withheld, unless what is stored wins. */
  #release(): void {
    const drawn = this.#withheld.filter((element) => this.#copy.draw(element));
    this.#withheld = [];
    this.#sender.send(drawn);
    this.#show(drawn.map(({ id }) => id));
  }

  #cursorsChanged(): void {
    this.#areCursorsStale = true;
    this.#soon();
  }

  #show(ids: readonly string[]): void {
    for (const id of ids) this.#stale.add(id);
    if (ids.length) this.#soon();
  }

  #soon(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => this.#work(), PACE);
  }

  #elements(): readonly SceneElement[] {
    return this.api.getSceneElementsIncludingDeleted() as readonly SceneElement[];
  }

  /** Send what was changed here, at the end also what is under the pen, and show what was changed elsewhere. */
  #work(isLast = false): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isClosed || !this.#isStarted) return;
    // What is drawn before the board has come may have to outlast this page, too.
    if (this.#isLoaded || this.board.canDraw) {
      this.#collect(isLast);
      if (this.#isLoaded) this.#give();
      this.#tell();
    }
    if (!this.#areCursorsStale) return;
    this.#areCursorsStale = false;
    this.api.updateScene({ collaborators: this.#cursors.all });
  }

  /** Of what waits, when that has changed; at the start, of what the page kept and the board has, too. */
  #tell(): void {
    const { revision } = this.#sender;
    if (revision === this.#toldOf || (this.#toldOf === undefined && !this.board.canDraw)) return;
    this.#toldOf = revision;
    this.options.onUnanswered?.(this.#sender.unanswered);
  }

  #collect(isLast = false): void {
    if (!this.#isStarted) return;
    const drawn: BoardElement[] = [];
    const isFirst = !this.#hasCollected;
    this.#hasCollected = true;
    for (const element of this.#changed(isLast)) {
      const isNew = !this.#copy.stored(element.id) && !this.#copy.mine(element.id);
      const isNothing = isNew && (element.isDeleted || isEmpty(element));
      if (!this.board.canDraw && isFirst && !isNothing) this.#withheld.push(outgoing(element));
      if (!this.board.canDraw || this.#preview(element.id)) this.#stale.add(element.id);
      else if (isNothing) continue; // nobody needs to know of it
      else if (this.#copy.draw(outgoing(element))) drawn.push(this.#copy.mine(element.id)!);
      else this.#stale.add(element.id);
    }
    this.#sender.send(drawn);
  }

  /** What was changed here and goes out now; a stroke under the pen only now and then. */
  #changed(isLast: boolean): SceneElement[] {
    const elements = this.#elements();
    const changed = this.#scene.changed(elements);
    if (!this.board.canDraw) return changed;
    return this.#pen.sift(elements, changed, isLast ? undefined : this.api.getAppState().newElement?.id);
  }

  #give(): void {
    const state = this.api.getAppState();
    const under = [state.newElement, state.resizingElement, state.editingTextElement, state.multiElement];
    const busy = new Set(under.map((element) => element?.id));
    const ids = [...this.#stale].filter((id) => !busy.has(id)); // the others when they are let go
    if (!ids.length && !this.#scene.isDisordered) return;
    const elements = this.#elements();
    const local = new Map(elements.map((element) => [element.id, element]));
    const anew = new Map(ids.map((id) => [id, this.#shown(id, local.get(id))]));
    for (const id of ids) this.#stale.delete(id);
    const { never } = this.editor;
    this.#scene.give(elements, anew, (scene) => this.api.updateScene({ elements: scene, captureUpdate: never }));
  }

  #shown(id: string, local: SceneElement | undefined): SceneElement | undefined {
    const mine = this.#copy.mine(id);
    if (mine) return local && !wins(mine, local) ? local : shown(mine, local, this.editor.restore);
    const preview = this.#preview(id);
    return preview ? this.editor.restore(preview) : shown(this.#copy.stored(id), local, this.editor.restore);
  }

  /** What somebody else is drawing just now, and the board doesn't have yet. */
  #preview(id: string): SceneElement | undefined {
    return this.#copy.mine(id) ? undefined : over(id, this.#strokes.get(id), this.#copy.stored(id));
  }
}

function nameIn(room: Room | undefined, userId: number): string | undefined {
  return room?.state?.lesson.members.find(({ user_id }) => user_id === userId)?.name;
}
