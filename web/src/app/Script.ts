/** A part's script, or its component: fetched when somebody first asks for it, and anew after it didn't come. */
export class Script<T> {
  /** What has come, to be used at once. */
  come: T | undefined;
  readonly #fetch: () => Promise<T>;
  #asked: Promise<T> | undefined;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  ask(): Promise<T> {
    this.#asked ??= this.#fetch().then(
      (come) => {
        this.come = come;
        return come;
      },
      (error) => {
        this.#asked = undefined; // the next one may have more luck
        throw error;
      },
    );
    return this.#asked;
  }
}
