// A clerk's wishes, one at a time. A wish whose answer was lost keeps its key, so that pressing again does nothing twice.

import { Refusal, call, newKey } from "/assets/web/api.js";

export class Wishes {
  busy = false;
  /** When the present wish went out, by `performance.now()`. */
  sentAt = 0;
  #change;
  #lost = null;
  #path = "";
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
    this.sentAt = performance.now();
    this.#change();
    // Another body is another wish: the same key would bring the first one's answer.
    const name = `${method} ${path} ${JSON.stringify(body)}`;
    const key = this.#lost?.name === name ? this.#lost.key : newKey();
    const moves = this.#moves;
    this.#lost = null;
    this.#path = path;
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

  /** Whether the present or the lost wish is about this ticket. */
  concerns(ticketId) {
    return this.#path.startsWith(`/tickets/${ticketId}/`);
  }

  /** The state has moved on: a further wish is a new one, even if it reads the same. */
  moved() {
    this.#moves += 1;
    this.#lost = null;
  }
}
