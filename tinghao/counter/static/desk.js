// The hall as one clerk sees it: a snapshot, and the states that events carry merged into it.

import { mergeById } from "/assets/web/stream.js";

const AT_WINDOW = ["called", "serving"];
const SHOWN = ["waiting", ...AT_WINDOW, "held", "no_show"];

export class Desk {
  ready = false;
  hall = null;
  zones = [];
  lines = [];
  windows = [];
  priorities = [];
  settings = null;
  shift = null;
  clerk = null;
  /** What the server says of who would be called when: see order.js. */
  order = null;
  /** How many events were taken. */
  heard = 0;
  #tickets = new Map();
  #told = new Map();

  /** Takes a snapshot in place of everything known. */
  replace(snapshot) {
    this.ready = true;
    this.hall = snapshot.hall;
    this.zones = snapshot.zones;
    this.lines = snapshot.lines;
    this.windows = snapshot.windows;
    this.priorities = snapshot.priorities;
    this.settings = snapshot.settings;
    this.clerk = snapshot.me.clerk;
    this.shift = snapshot.me.shift;
    this.heard += 1;
    this.#tickets = new Map(snapshot.tickets.map((ticket) => [ticket.id, ticket]));
    this.#told = new Map(snapshot.tickets.map((ticket) => [ticket.id, this.heard]));
  }

  /** Takes the states that one event carries. */
  apply(event) {
    this.heard += 1;
    if (event.window) mergeById(this.windows, event.window);
    if (event.line) mergeById(this.lines, event.line);
    if (event.ticket) this.#keep(event.ticket);
    if (event.kind === "window.closed" && event.window.id === this.shift?.window) this.shift = null;
  }

  /** Takes how long one would wait in each line now: no event tells it. */
  takeWaits(lines) {
    for (const { id, wait } of lines) mergeById(this.lines, { id, wait });
  }

  /** Takes what an answer tells to a wish sent after `heard` events, unless the stream has told something newer meanwhile. */
  take(answer, heard) {
    const stale = (id) => (this.#told.get(id) ?? 0) > heard;
    for (const ticket of [answer, answer?.next]) if (ticket?.number && ticket.state && !stale(ticket.id)) this.#keep(ticket);
  }

  #keep(ticket) {
    this.#told.set(ticket.id, this.heard);
    if (SHOWN.includes(ticket.state)) this.#tickets.set(ticket.id, ticket);
    else this.#tickets.delete(ticket.id);
  }

  /** The window the clerk has open, or undefined. */
  get window() {
    return this.shift ? this.windows.find((each) => each.id === this.shift.window) : undefined;
  }

  /** The ticket called to or served at the clerk's window, or undefined. */
  get ticket() {
    return [...this.#tickets.values()].find((ticket) => AT_WINDOW.includes(ticket.state) && ticket.window === this.shift?.window);
  }

  /** A ticket that is not over, by its id. */
  ticketOf(id) {
    return this.#tickets.get(id);
  }

  /** A ticket that is not over, by its number. */
  ticketNumbered(number) {
    return [...this.#tickets.values()].find((ticket) => ticket.number === number);
  }

  /** The lines the clerk's window serves. */
  get ownLines() {
    return this.lines.filter((line) => this.window?.lines.includes(line.id));
  }

  /** Who waits in the clerk's lines, in the order in which they would be called; by time where the server has not said. */
  get waiting() {
    const turn = new Map(this.order?.tickets.map((id, index) => [id, index]));
    const turnOf = (ticket) => turn.get(ticket.id) ?? turn.size;
    return this.#own("waiting").sort(
      (a, b) => turnOf(a) - turnOf(b) || a.place - b.place || Date.parse(a.since) - Date.parse(b.since) || a.id - b.id,
    );
  }

  /** Who is on hold in the clerk's lines, the first to come back on top. */
  get held() {
    const end = (ticket) => (ticket.held_until ? Date.parse(ticket.held_until) : Infinity);
    return this.#own("held").sort((a, b) => (end(a) === end(b) ? a.id - b.id : end(a) - end(b)));
  }

  /** Who did not come when called in the clerk's lines, the last one on top. */
  get missed() {
    return this.#own("no_show").sort((a, b) => Date.parse(b.called_at) - Date.parse(a.called_at) || b.id - a.id);
  }

  /** Whether a ticket is at the clerk's window, in one of his lines, or sent to him. */
  isOwn(ticket) {
    const { window } = this;
    if (!window) return false;
    return [ticket.window, ticket.to_window].includes(window.id) || ticket.to_staff === this.clerk.id || window.lines.includes(ticket.line);
  }

  /** The other clerks who are at a window now: `id` of the account, name, window. */
  get colleagues() {
    const others = this.windows.filter((each) => each.clerk_id && each.id !== this.shift?.window);
    return others.map((each) => ({ id: each.clerk_id, name: each.clerk, window: each.name }));
  }

  #own(state) {
    return [...this.#tickets.values()].filter((ticket) => ticket.state === state && this.isOwn(ticket));
  }
}
