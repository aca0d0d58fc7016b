// Why the present visitor was called: asked once for each call.

export class Reasons {
  #read;
  #change;
  #of = "";
  #known = null;

  constructor(read, change) {
    this.#read = read;
    this.#change = change;
  }

  /** What is known of a ticket's call now, or null; asks when it is a new one. */
  of(ticket) {
    const name = ticket ? `${ticket.id} ${ticket.called_at}` : "";
    if (name !== this.#of) {
      this.#of = name;
      this.#known = null;
      if (ticket) this.#ask(name, ticket.id);
    }
    return this.#known;
  }

  /** What could not be had while the link was down is asked again. */
  retry() {
    if (!this.#known) this.#of = "";
  }

  async #ask(name, id) {
    const answer = await this.#read(`/tickets/${id}/why`);
    if (!answer || name !== this.#of) return;
    this.#known = answer;
    this.#change();
  }
}
