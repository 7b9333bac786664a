// What was drawn, on its way: at the pace of a pen, and what became of it.

import type { BoardChannel, BoardElement, Subscription } from "rtserver-client";
import type { Copy } from "./copy.js";
import type { Options } from "./options.js";
import { bytesOf } from "./outgoing.js";
import type { Refusal } from "./types.js";

const SETTLE = 500; // milliseconds after the last change
const ELEMENT_BYTES = 131_072;
// Nothing of these would ever be stored: the screen shows what is.
const ROLLED_BACK: ReadonlySet<string> = new Set(["forbidden", "conflict"]);

export class Sender {
  readonly #refused = new Map<string, number>(); // bytes of what was too large
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refusals = 0;
  #isSettling = false;
  #isClosed = false;

  constructor(
    private readonly board: Subscription<BoardChannel>,
    private readonly copy: Copy,
    private readonly options: Options,
    private readonly show: (ids: string[]) => void,
  ) {}

  send(elements: BoardElement[]): void {
    const fit = elements.filter((element) => this.#fits(element));
    if (!fit.length) return;
    try {
      this.board.draw(fit);
      this.#soon();
    } catch (error) {
      for (const element of fit) this.#refuse(error as Refusal, element);
    }
  }

  /** Send at once, and see what became of all that was drawn. */
  readonly settle = async (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isSettling || this.#isClosed) return;
    this.#isSettling = true;
    const asked = this.copy.unanswered;
    await this.board.flush();
    const left = asked.filter((each) => this.copy.mine(each.id) === each && !this.#refused.has(each.id));
    await Promise.all(left.map((element) => this.#ask(element)));
    this.#isSettling = false;
    if (this.unanswered.length) this.#soon();
  };

  /** What is still to be answered; what was refused stays here. */
  get unanswered(): BoardElement[] {
    return this.copy.unanswered.filter(({ id }) => !this.#refused.has(id));
  }

  /** Another number whenever `unanswered` may have changed. */
  get revision(): number {
    return this.copy.revision + this.#refusals;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #soon(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(this.settle, SETTLE);
  }

  /** `draw` doesn't say what became of an element: so it is sent once more, alone. */
  async #ask(element: BoardElement): Promise<void> {
    try {
      const { accepted, current } = await this.board.patch([element]);
      this.show(this.copy.put(accepted.length ? [element] : current));
    } catch (error) {
      if (!this.#isClosed && this.copy.mine(element.id) === element) this.#refuse(error as Refusal, element);
    }
  }

  #fits(element: BoardElement): boolean {
    const { elementBytes = ELEMENT_BYTES } = this.options;
    const bytes = bytesOf(element);
    const known = this.#refused.get(element.id);
    if (known !== undefined && bytes >= known) return false;
    if (bytes > elementBytes) {
      const message = `An element of ${bytes} bytes is over the limit of ${elementBytes}.`;
      this.#refuse(Object.assign(new Error(message), { code: "too_large" }), element);
      return false;
    }
    this.#refused.delete(element.id);
    return true;
  }

  #refuse(error: Refusal, element: BoardElement): void {
    const { id } = element;
    if (error.code === "closed") return;
    if (ROLLED_BACK.has(error.code)) this.copy.drop(id);
    else this.#refused.set(id, bytesOf(element));
    this.#refusals++;
    this.show([id]);
    if (error.code === "forbidden") return; // `onCanDraw` tells of it
    const { onRefused = console.error } = this.options;
    onRefused(error, element);
  }
}
