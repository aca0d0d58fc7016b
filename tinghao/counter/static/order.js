// In which order the waiting would be called: asked of the server again, with patience, after whatever may have changed it.

const AFTER_EVENT_MS = 400;
const SCORES_GROW_MS = 30_000;

export class Order {
  #read;
  #take;
  #window = null;
  #timer = null;
  #due = Infinity;

  /**
   * @param {(path: string) => Promise<object | null>} read
   * @param {(order: object | null) => void} take called with the answer of GET /windows/{id}/queue; null when there was none
   */
  constructor(read, take) {
    this.#read = read;
    this.#take = take;
  }

  /** Asks for the order at a window as soon as nothing has happened for a moment; no window: stops asking. */
  want(windowId) {
    if (windowId !== this.#window) this.stop();
    this.#window = windowId;
    if (windowId) this.#ask(AFTER_EVENT_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#window = null;
    this.#due = Infinity;
  }

  #ask(delay) {
    // What is due sooner stays: in a busy hall events would put it off for ever.
    const due = performance.now() + delay;
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(), delay);
  }

  async #fetch() {
    const window = this.#window;
    this.#due = Infinity;
    const answer = await this.#read(`/windows/${window}/queue`);
    if (window !== this.#window) return;
    this.#take(answer);
    this.#ask(SCORES_GROW_MS);
  }
}
