// The one sheet that lies over the page: a form whose buttons send wishes. Esc closes it, the focus goes back to where it was.

import { both } from "/assets/web/i18n.js";
import { make, makeButton, part, parts, say } from "./page.js";

export class Sheet {
  #app;
  #dialog = part("sheet");
  #spec = null;
  #subject = "";
  #refusal = null;
  #sending = false;

  constructor(app) {
    this.#app = app;
    // Esc closes a dialog by itself; by the time it tells, another sheet may be open.
    this.#dialog.addEventListener("close", () => {
      if (!this.#dialog.open) this.#spec = null;
    });
    part("sheet-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!event.submitter || event.submitter.disabled) return;
      this.#send(this.#spec.sends[Number(event.submitter.dataset.send)]);
    });
    part("sheet-close").addEventListener("click", () => this.close());
  }

  /** The name of the sheet that is open, or null. */
  get name() {
    return this.#spec?.name ?? null;
  }

  /**
   * Opens a sheet in place of the one that is open.
   * @param {object} spec
   * @param {string} spec.name
   * @param {DocumentFragment} spec.title
   * @param {Node[]} spec.body
   * @param {{text: DocumentFragment, kind?: string, wish: (data: FormData) => [string, string, object?] | null}[]} [spec.sends]
   *   the buttons, the usual one first: Enter presses it. `wish` says what is sent; null while something is missing
   * @param {() => string} [spec.subject] what the sheet is about: it closes when that changes
   */
  open(spec) {
    this.#spec = spec;
    this.#subject = spec.subject?.() ?? "";
    this.#refusal = null;
    this.#dialog.dataset.sheet = spec.name;
    part("sheet-title").replaceChildren(spec.title);
    part("sheet-body").replaceChildren(...spec.body);
    part("sheet-body").scrollTop = 0;
    part("sheet-buttons").replaceChildren(...(spec.sends ?? []).map(sendButton), this.#backButton());
    if (!this.#dialog.open) this.#dialog.showModal();
    // In a field Enter presses the usual button.
    const field = part("sheet-body").querySelector("[autofocus]") ?? part("sheet-body").querySelector("input:checked");
    (field ?? part("sheet-title")).focus();
    this.draw();
  }

  close() {
    this.#spec = null;
    if (this.#dialog.open) this.#dialog.close();
  }

  /** Brings the buttons up to date; closes the sheet when what it is about has changed meanwhile. */
  draw() {
    if (!this.#spec) return;
    if (!this.#sending && (this.#spec.subject?.() ?? "") !== this.#subject) {
      this.close();
      this.#app.refuse(both("情况已变化，请重新操作。"));
      return;
    }
    part("sheet-stale").hidden = this.#app.linked;
    say(part("sheet-refusal"), this.#refusal?.cloneNode(true) ?? null);
    for (const button of parts("send", this.#dialog)) button.disabled = !this.#app.ready;
    this.#spec.draw?.();
  }

  /** Says in the sheet why something can't be. */
  refuse(fragment) {
    this.#refusal = fragment;
    this.draw();
  }

  async #send({ wish }) {
    const spec = this.#spec;
    const wanted = wish(new FormData(part("sheet-form")));
    if (!wanted) return;
    this.#refusal = null;
    // What the wish itself changes is no surprise.
    this.#sending = true;
    const sent = await this.#app.send(...wanted, (sentence) => this.#spec === spec && this.refuse(sentence));
    this.#sending = false;
    if (this.#spec !== spec) return;
    if (sent) this.close();
    else this.draw();
  }

  #backButton() {
    const button = makeButton("back", both("返回"));
    button.append(make("kbd", "", "Esc"));
    button.addEventListener("click", () => this.close());
    return button;
  }
}

function sendButton({ text, kind = "primary" }, index) {
  const button = makeButton(kind, text);
  button.type = "submit";
  button.dataset.send = index;
  if (index === 0) button.append(make("kbd", "", "Enter"));
  return button;
}
