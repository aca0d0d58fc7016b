// At the window: the current ticket with its guide, and who waits.

import { age, now } from "/assets/web/clock.js";
import { _, both, english, pair } from "/assets/web/i18n.js";
import { clockOf, make, part } from "./page.js";

const MINUTE = 60_000;
const SHOWN = 60;
let guideOf = null;

/** Draws everything of the view but the buttons' state. */
export function drawWork(desk, guides) {
  const { window, ticket } = desk;
  part("window").replaceChildren(pair(window.name, window.name_en));
  part("lines").textContent = desk.ownLines.map((line) => `${line.prefix} ${line.name}`).join(" · ");
  drawTicket(ticket);
  drawGuide(ticket, guides);
  drawQueue(desk);
}

function drawTicket(ticket) {
  part("ticket-state").dataset.ticketState = ticket?.state ?? "none";
  part("now").replaceChildren(stateText(ticket?.state));
  // Written only when it changes, or it would be read out every second.
  const number = ticket?.number ?? "";
  if (part("number").textContent !== number) part("number").textContent = number;
  part("timer").replaceChildren(...timer(ticket));
  part("facts").replaceChildren(...(ticket ? facts(ticket) : []));
}

function stateText(state) {
  if (state === "called") return both("已叫号，等待到窗");
  if (state === "serving") return both("正在办理");
  return both("空闲，可以叫号");
}

function timer(ticket) {
  if (!ticket) return [];
  const since = ticket.state === "serving" ? ticket.started_at : ticket.called_at;
  const clock = make("span", "number", clockOf(age(since)));
  const shown = [ticket.state === "serving" ? both("已办理") : both("已呼叫"), " ", clock];
  if (ticket.recalls) shown.push(make("span", "recalls", both("重呼 {n} 次", { n: ticket.recalls })));
  return shown;
}

function facts(ticket) {
  const waited = Math.floor((Date.parse(ticket.called_at) - Date.parse(ticket.issued_at)) / MINUTE);
  return [
    fact(both("事项"), ticket.matter_name),
    fact(both("群众"), ticket.visitor ? [ticket.visitor.name, ticket.visitor.tail].filter(Boolean).join("  ") : _("未登记身份")),
    fact(both("等候"), _("{n} 分钟", { n: Math.max(0, waited) })),
  ].flat();
}

const fact = (name, value) => [make("dt", "", name), make("dd", "", value)];

function drawGuide(ticket, guides) {
  const guide = ticket && guides?.get(ticket.matter);
  const key = ticket ? `${ticket.id} ${Boolean(guide)}` : "";
  if (guideOf === key) return;
  guideOf = key;
  const place = part("guide");
  place.scrollTop = 0;
  if (!ticket) place.replaceChildren(make("p", "nothing", both("叫号后，这里显示办事指南。")));
  else if (!guide) place.replaceChildren(make("p", "nothing", both("该事项没有办事指南。")));
  else place.replaceChildren(...guideParts(guide));
}

function guideParts(guide) {
  const shown = [make("h2", "", both("办事指南"))];
  if (guide.summary) shown.push(make("p", "", guide.summary));
  if (guide.materials?.length) {
    shown.push(make("h3", "", both("申请材料")), make("ol", "materials", ...guide.materials.map((each) => make("li", "", each))));
  }
  if (guide.time) shown.push(make("h3", "", both("办理时限")), make("p", "", guide.time));
  if (guide.fee) shown.push(make("h3", "", both("收费")), make("p", "", guide.fee));
  return shown;
}

function drawQueue(desk) {
  const { waiting, ownLines } = desk;
  part("waiting-total").textContent = ownLines.reduce((sum, line) => sum + line.waiting, 0);
  part("counts").replaceChildren(
    ...ownLines.map((line) => make("li", "", make("b", "", line.prefix), make("span", "line-name", line.name), make("b", "number", String(line.waiting)))),
  );
  const rows = waiting.slice(0, SHOWN).map(waitingRow);
  if (waiting.length > SHOWN) rows.push(make("li", "more", both("还有 {n} 位", { n: waiting.length - SHOWN })));
  if (!waiting.length) rows.push(make("li", "more", both("暂无等候")));
  part("waiting").replaceChildren(...rows);
}

function waitingRow(ticket) {
  const minutes = Math.floor((now() - Date.parse(ticket.issued_at)) / MINUTE);
  const wait = make("span", "minutes", _("{n} 分钟", { n: Math.max(0, minutes) }));
  wait.title = english("{n} 分钟", { n: minutes });
  const matter = make("span", "matter", ticket.matter_name);
  matter.title = ticket.matter_name;
  const row = make("li", "", make("span", "number", ticket.number), matter, wait);
  row.dataset.waitingTicket = ticket.number;
  return row;
}
