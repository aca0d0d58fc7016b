// The present visitor: large number, how long, why this one, and what the clerk has to know; with nobody there, who would be next.

import { age } from "/assets/web/clock.js";
import { both, pair } from "/assets/web/i18n.js";
import { clockOf, part, say, write } from "/assets/web/staff/page.js";
import { facts, hasNumber, marks } from "/assets/web/staff/ticket_words.js";

const NO_TIME = "--:--";
let shownOf = "";

/** Draws the card. */
export function drawVisitor(app) {
  const { desk, linked } = app;
  const { window, ticket } = desk;
  part("ticket-state").dataset.ticketState = ticket?.state ?? (window.state === "paused" ? "paused" : "none");
  say(part("now"), stateText(desk));
  write(part("number"), ticket?.number ?? "");
  drawTimer(ticket, linked);
  if (ticket) drawKnown(ticket, app);
  else drawIdle(desk);
}

function stateText({ ticket, window }) {
  if (ticket?.state === "called") return both("已叫号，等待到窗");
  if (ticket?.state === "serving") return both("正在办理");
  if (window.state === "paused") return both("已暂停服务");
  if (window.wants_next) return both("已预叫");
  return both("空闲，可以叫号");
}

function drawTimer(ticket, linked) {
  part("timer").hidden = !ticket;
  if (!ticket) return;
  const serving = ticket.state === "serving";
  say(part("timer-text"), serving ? both("已办理") : both("已呼叫"));
  write(part("timer-clock"), linked ? clockOf(age(serving ? ticket.started_at : ticket.called_at)) : NO_TIME);
  say(part("recalls"), ticket.recalls ? both("重呼 {n} 次", { n: ticket.recalls }) : null);
}

function drawKnown(ticket, app) {
  const why = hasNumber(ticket) ? app.reasons.of(ticket) : null;
  say(part("why"), why ? pair(why.sentence, why.sentence_en) : null);
  part("why").title = why?.sentence ?? "";
  part("why-row").hidden = !why;
  // Drawn anew only when something about it is another, so that a title under the mouse stays.
  const shown = JSON.stringify([ticket, app.matters.known]);
  if (shown === shownOf) return;
  shownOf = shown;
  part("marks").replaceChildren(...marks(ticket, app.desk));
  part("facts").replaceChildren(...facts(ticket, app));
}

function drawIdle({ window, order, waiting }) {
  part("why-row").hidden = true;
  const paused = window.state === "paused";
  say(part("idle-text"), idleText(window, paused));
  part('do="unpause"').hidden = !paused;
  const next = !paused && order?.next && waiting.find((each) => each.id === order.next);
  part("next-row").hidden = !next;
  if (!next) return;
  say(part("next-number"), both("下一位将是 {number}", { number: next.number }));
  say(part("next-why"), order.why ? pair(order.why.zh, order.why.en) : null);
}

function idleText(window, paused) {
  if (paused) return window.pause_reason ? pair(window.pause_reason, null) : both("已暂停服务");
  if (window.wants_next) return both("有人来就自动叫号，无需等候按键");
  return both("按“下一位”或空格键叫号");
}
