// A clerk's wishes, one at a time. A wish whose answer was lost keeps its key, so that pressing again does nothing twice.

import { Refusal, call, newKey } from "/assets/web/api.js";

export class Wishes {
  busy = false;
  #change;
  #lost = null;
  #moves = 0;

  /** @param {() => void} change called whenever `busy` changes */
  constructor(change) {
    this.#change = change;
  }

  /**
   * Sends a wish unless one is under way.
   * @returns {Promise<{answer?: object, refusal?: Refusal} | null>} null when it was not sent, or when its answer
   *   was lost but the state has moved on meanwhile
   */
  async send(method, path, token, body) {
    if (this.busy) return null;
    this.busy = true;
    this.#change();
    const name = `${method} ${path}`;
    const key = this.#lost?.name === name ? this.#lost.key : newKey();
    const moves = this.#moves;
    this.#lost = null;
    try {
      return { answer: await call(method, `/api/v1${path}`, { token, body, key }) };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status > 0 && refusal.status < 500) return { refusal };
      if (moves !== this.#moves) return null;
      this.#lost = { name, key };
      return { refusal };
    } finally {
      this.busy = false;
      this.#change();
    }
  }

  /** The state has moved on: a further wish is a new one, even if it reads the same. */
  moved() {
    this.#moves += 1;
    this.#lost = null;
  }
}
