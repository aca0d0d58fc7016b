// The hall as a screen knows it: a snapshot, and the states that events carry merged into it.

import { age } from "/assets/web/clock.js";
import { mergeById } from "/assets/web/stream.js";

/** A call stays on the board at least this long, even when it is served at once. */
export const CALL_MS = 60_000;
const KEPT = 24;

export class Hall {
  hall = null;
  zones = [];
  lines = [];
  windows = [];
  recent = [];

  /** Takes a snapshot in place of everything known. */
  replace(snapshot) {
    this.hall = snapshot.hall;
    this.zones = snapshot.zones;
    this.lines = snapshot.lines;
    this.windows = snapshot.windows;
    this.recent = newestFirst(snapshot.recent);
  }

  /** Takes what one event says about a window and a line. */
  apply(event) {
    if (event.window) mergeById(this.windows, event.window);
    if (event.line) mergeById(this.lines, event.line);
    if (isOver(event)) this.recent = this.recent.filter(({ number }) => number !== event.number);
    if (isCall(event)) this.recent = newestFirst([{ number: event.number, window: event.window.id, at: event.at }, ...this.recent]);
  }

  window(id) {
    return this.windows.find((each) => each.id === id);
  }

  zone(id) {
    return this.zones.find((each) => each.id === id);
  }

  /** Calls worth showing, newest first: those at a window still, and those too fresh to vanish. */
  calls() {
    return this.recent
      .map((call) => ({ ...call, to: this.window(call.window) }))
      .filter(({ to, number, at }) => to && (to.ticket === number || age(at) < CALL_MS));
  }

  /** Windows with a visitor called or served, in their order in the hall. */
  busy() {
    return this.windows.filter((each) => each.ticket && (each.state === "called" || each.state === "serving"));
  }

  /** Waiting visitors by zone, for the zones that have lines. */
  waiting() {
    return this.zones
      .map((zone) => ({ zone, lines: this.lines.filter((line) => line.zone === zone.id) }))
      .filter(({ lines }) => lines.length)
      .map(({ zone, lines }) => ({ zone, waiting: lines.reduce((sum, line) => sum + line.waiting, 0) }));
  }

  /** Windows whose call a visitor may not have noticed yet: still unanswered and fresh, oldest first. */
  unanswered() {
    return this.windows
      .filter((each) => each.state === "called")
      .map((each) => ({ ...each, lastCall: this.recent.find((call) => call.number === each.ticket && call.window === each.id)?.at ?? each.called_at }))
      .filter(({ lastCall }) => age(lastCall) < CALL_MS)
      .sort((a, b) => Date.parse(a.lastCall) - Date.parse(b.lastCall));
  }
}

/** Whether an event asks a visitor to come. */
export const isCall = (event) => event.kind === "ticket.called" || event.kind === "ticket.recalled";

const OVER = ["undone", "held", "transferred", "passed_on", "no_show", "cancelled"].map((kind) => `ticket.${kind}`);

/** Whether after an event nobody shall come any more to the window that called. */
export const isOver = (event) => OVER.includes(event.kind);

// A recalled number moves up instead of standing there twice.
function newestFirst(calls) {
  const seen = new Set();
  return calls
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .filter(({ number }) => !seen.has(number) && seen.add(number))
    .slice(0, KEPT);
}
