// The whole hall as it stands: a snapshot, and the states that events and answers carry merged into it.

import { mergeById } from "/assets/web/stream.js";

const UNFINISHED = ["waiting", "called", "serving", "held", "no_show"];

export class HallNow {
  ready = false;
  hall = null;
  zones = [];
  lines = [];
  windows = [];
  priorities = [];
  profiles = [];
  settings = null;
  alerts = [];
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
    this.priorities = snapshot.priorities ?? [];
    this.profiles = snapshot.profiles ?? [];
    this.settings = snapshot.settings ?? null;
    this.alerts = snapshot.alerts ?? [];
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
    if (event.kind === "alert.raised") this.alerts = [...this.#otherAlerts(event.alert), event.alert];
    if (event.kind === "alert.ended") this.alerts = this.#otherAlerts(event.alert);
  }

  /** Takes a ticket out of the answer to a wish sent after `heard` events, unless the stream has told something newer. */
  take(answer, heard) {
    if (answer?.number && answer.state && answer.since && (this.#told.get(answer.id) ?? 0) <= heard) this.#keep(answer);
  }

  /** A ticket that is not over, by its id. */
  ticket(id) {
    return this.#tickets.get(id);
  }

  /** When the tickets that wait in a line came into it, the oldest first. */
  waitingSince(line) {
    return this.#in("waiting").filter((ticket) => ticket.line === line.id).map((ticket) => Date.parse(ticket.since)).sort((a, b) => a - b);
  }

  /** Who did not come or is on hold, the last one on top. */
  get aside() {
    return [...this.#in("no_show"), ...this.#in("held")].sort((a, b) => Date.parse(b.called_at ?? b.since) - Date.parse(a.called_at ?? a.since) || b.id - a.id);
  }

  #in(state) {
    return [...this.#tickets.values()].filter((ticket) => ticket.state === state);
  }

  #keep(ticket) {
    this.#told.set(ticket.id, this.heard);
    if (UNFINISHED.includes(ticket.state)) this.#tickets.set(ticket.id, ticket);
    else this.#tickets.delete(ticket.id);
  }

  #otherAlerts = (alert) => this.alerts.filter((each) => each.kind !== alert.kind || each.about !== alert.about);
}
