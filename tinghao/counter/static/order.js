// In which order the waiting would be called: asked of the server again, with patience, after whatever may have changed it.

const AFTER_EVENT_MS = 400;
const SCORES_GROW_MS = 30_000;
const WAITS_CHANGE_MS = 30_000;

export class Order {
  #read;
  #take;
  #window = null;
  #timer = null;
  #takeLines;
  #due = Infinity;
  #linesDue = 0;

  /**
   * @param {(path: string) => Promise<object | null>} read
   * @param {(order: object | null) => void} take called with the answer of GET /windows/{id}/queue; null when there was none
   * @param {(lines: object[]) => void} takeLines called now and then with the lines and their expected waits
   */
  constructor(read, take, takeLines) {
    this.#read = read;
    this.#take = take;
    this.#takeLines = takeLines;
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
    this.#linesDue = 0;
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
    await this.#fetchLines();
    if (window !== this.#window) return;
    this.#ask(SCORES_GROW_MS);
  }

  async #fetchLines() {
    if (performance.now() < this.#linesDue) return;
    this.#linesDue = performance.now() + WAITS_CHANGE_MS;
    const answer = await this.#read("/lines");
    if (answer) this.#takeLines(answer.lines);
  }
}
