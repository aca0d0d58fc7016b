// The hall as one clerk sees it: a snapshot, and the states that events carry merged into it.

import { mergeById } from "/assets/web/stream.js";

const AT_WINDOW = ["called", "serving"];

export class Desk {
  ready = false;
  hall = null;
  zones = [];
  lines = [];
  windows = [];
  shift = null;
  clerk = null;
  #tickets = new Map();

  /** Takes a snapshot in place of everything known. */
  replace(snapshot) {
    this.ready = true;
    this.hall = snapshot.hall;
    this.zones = snapshot.zones;
    this.lines = snapshot.lines;
    this.windows = snapshot.windows;
    this.clerk = snapshot.me.clerk;
    this.shift = snapshot.me.shift;
    this.#tickets = new Map(snapshot.tickets.map((ticket) => [ticket.id, ticket]));
  }

  /** Takes the states that one event carries. */
  apply(event) {
    if (event.window) mergeById(this.windows, event.window);
    if (event.line) mergeById(this.lines, event.line);
    if (event.ticket) this.take(event.ticket);
    if (event.kind === "window.closed" && event.window.id === this.shift?.window) this.shift = null;
  }

  /** Takes a ticket as an event or an answer tells it. */
  take(ticket) {
    if (ticket.state === "waiting" || AT_WINDOW.includes(ticket.state)) this.#tickets.set(ticket.id, ticket);
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

  /** The lines the clerk's window serves. */
  get ownLines() {
    return this.lines.filter((line) => this.window?.lines.includes(line.id));
  }

  /** Who waits in the clerk's lines, in order of arrival. */
  get waiting() {
    const own = new Set(this.window?.lines);
    return [...this.#tickets.values()].filter((ticket) => ticket.state === "waiting" && own.has(ticket.line)).sort((a, b) => a.id - b.id);
  }

  /** What the clerk's window can do now, by the name of its button. */
  get possible() {
    if (!this.window) return [];
    const state = this.ticket?.state;
    if (state === "called") return ["start", "recall", "no-show"];
    if (state === "serving") return ["finish"];
    return ["next", "close", "log-out"];
  }
}
