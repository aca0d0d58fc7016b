// Asks once more, where it hurts. Esc or 返回 leaves everything as it is.

import { both } from "/assets/web/i18n.js";
import { make, part } from "/assets/web/staff/page.js";

/** The second press of a double press must not be the answer to the question it has just raised. */
const DOUBLE_MS = 400;

export class Confirm {
  #app;
  #dialog = part("confirm");
  #yes = part("confirm-yes");
  #then = null;
  #subject = null;
  #asked = "";
  #timer = null;
  #awake = false;

  constructor(app) {
    this.#app = app;
    this.#yes.addEventListener("click", () => {
      const then = this.#then;
      this.close();
      then();
    });
    part("confirm-no").addEventListener("click", () => this.close());
  }

  /**
   * @param {{name: string, text: DocumentFragment, yes: DocumentFragment, subject: () => string, then: () => void}} question
   *   it is taken back when `subject` changes
   */
  ask({ name, text, yes, subject, then }) {
    this.#then = then;
    this.#subject = subject;
    this.#asked = subject();
    this.#awake = false;
    this.#yes.dataset.do = `confirm-${name}`;
    this.#yes.replaceChildren(yes, make("kbd", "", "Enter"));
    part("confirm-text").replaceChildren(text);
    if (!this.#dialog.open) this.#dialog.showModal();
    part("confirm-text").focus();
    this.draw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#awake = true;
      this.draw();
      this.#yes.focus();
    }, DOUBLE_MS);
  }

  close() {
    clearTimeout(this.#timer);
    if (this.#dialog.open) this.#dialog.close();
  }

  draw() {
    if (!this.#dialog.open) return;
    if (this.#subject() !== this.#asked) this.close();
    this.#yes.disabled = !this.#awake || !this.#app.ready;
  }
}
