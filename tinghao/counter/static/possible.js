// What a clerk can do now, as far as the hall's state goes. The server decides; this decides which buttons wait to be pressed.

import { age } from "/assets/web/clock.js";
import { hasNumber } from "/assets/web/staff/ticket_words.js";

const FREE = ["next", "store-next", "chosen", "serve", "pause", "priority", "close", "change-window", "log-out"];
const CALLED = ["start", "no-show", "hold", "transfer", "matter", "store-next", "priority", "why", "details"];
const SERVING = ["finish", "finish-next", "outcomes", "hold", "transfer", "matter", "store-next", "priority", "why", "details"];
/** Not for one without a number: he could not be called again, and was not called before others. */
const BY_NUMBER = ["hold", "transfer", "priority", "why"];
const PAUSED = ["unpause", "close", "change-window", "log-out"];
const SECOND = 1000;

/** The names of the buttons that make sense now. */
export function possible(desk) {
  const { window, ticket, settings } = desk;
  if (!window) return new Set(["log-out"]);
  if (ticket?.state === "serving") return new Set(hasNumber(ticket) ? SERVING : SERVING.filter((name) => !BY_NUMBER.includes(name)));
  if (ticket?.state === "called") {
    const more = [];
    if (!settings.recall_limit || ticket.recalls < settings.recall_limit) more.push("recall");
    if (undoLeft(desk) > 0) more.push("undo");
    return new Set([...CALLED, ...more]);
  }
  return new Set(window.state === "paused" ? PAUSED : FREE);
}

/** What can be done with a ticket that is not at the window. */
export function possibleWith(desk, ticket) {
  if (!desk.isOwn(ticket)) return new Set();
  const call = possible(desk).has("next") ? ["call"] : [];
  if (ticket.state === "waiting") return new Set([...call, "hold", "transfer", "matter", "priority", "cancel"]);
  if (ticket.state === "held") return new Set([...call, "resume", "transfer", "matter", "priority", "cancel"]);
  if (ticket.state === "no_show") return new Set([...call, "call-back", "priority", "cancel"]);
  if (ticket.state === "called" && ticket.window === desk.window.id) return new Set(["cancel"]);
  return new Set();
}

/** Whole seconds in which the present call can still be taken back; once called again it can't. */
export function undoLeft({ ticket, settings }) {
  if (ticket?.state !== "called" || ticket.recalls) return 0;
  return Math.max(0, Math.ceil(settings.undo_seconds - age(ticket.called_at) / SECOND));
}

/** Whether a called visitor has been waited for long enough to be marked as missed: "recalls", "seconds" or null. */
export function missedBy({ ticket, settings }) {
  if (ticket?.state !== "called") return null;
  const { no_show_after_recalls: recalls, no_show_after_seconds: seconds } = settings;
  if (recalls && ticket.recalls >= recalls) return "recalls";
  if (seconds && age(ticket.called_at) >= seconds * SECOND) return "seconds";
  return null;
}
