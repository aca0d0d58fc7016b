// The clerk's session of this browser tab, and the hall's stream under its token.

import { openStream } from "/assets/web/stream.js";

const KEPT = "clerk-session";

export class Session {
  #stream = null;
  #told;
  /** `{token, clerk}` of the one who is logged in, or null. */
  opened = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");

  /** @param {{onSnapshot, onEvents, onLink}} told see stream.js */
  constructor(told) {
    this.#told = told;
  }

  get token() {
    return this.opened?.token;
  }

  /** Begins to listen under a session's token, and keeps it for a reload of the page. */
  enter({ token, clerk }) {
    this.opened = { token, clerk };
    sessionStorage.setItem(KEPT, JSON.stringify(this.opened));
    this.#stream = openStream({ token, ...this.#told });
  }

  leave() {
    this.#stream?.close();
    this.#stream = null;
    this.opened = null;
    sessionStorage.removeItem(KEPT);
  }

  /** Asks for the whole picture again. */
  refresh() {
    this.#stream?.refresh();
  }
}
