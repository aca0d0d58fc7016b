// My line: who waits, in the order in which they would be called; who is on hold, who did not come; how many in each line.

import { _, both, pair } from "/assets/web/i18n.js";
import { keyed, make, makeButton, part, parts, say, write } from "/assets/web/staff/page.js";
import { marks, whereabouts } from "/assets/web/staff/ticket_words.js";

const SHOWN = 60;
const ASIDE = {
  held: [["call", "叫号"], ["resume", "恢复"]],
  missed: [["call", "叫号"], ["call-back", "重排"]],
};
const EMPTY = { waiting: "暂无等候", held: "没有暂挂的号票", missed: "没有过号的号票" };

/** Draws the tabs, the counts and the list of the chosen tab. */
export function drawLists(app, tab) {
  const { desk } = app;
  const lists = { waiting: desk.waiting, held: desk.held, missed: desk.missed };
  const totals = { waiting: desk.ownLines.reduce((sum, line) => sum + line.waiting, 0), held: lists.held.length, missed: lists.missed.length };
  for (const button of parts("tab")) {
    const mine = button.dataset.tab === tab;
    button.setAttribute("aria-selected", String(mine));
    button.tabIndex = mine ? 0 : -1;
    write(part("tab-count", button), String(totals[button.dataset.tab]));
  }
  part("list-panel").setAttribute("aria-labelledby", `tab-${tab}`);
  drawCounts(app, tab === "waiting");
  drawRows(app, lists[tab], tab);
}

function drawCounts({ desk, linked }, shown) {
  part("counts").hidden = !shown;
  keyed(part("counts"), desk.ownLines, { key: (line) => line.id, create: countRow, update: (row, line) => drawCount(row, line, linked) });
}

const countRow = (line) => make("li", "", make("b", "", line.prefix), make("span", "line-name", line.name), make("span", "wait"), make("b", "number"));

function drawCount(row, line, linked) {
  const [, , wait, waiting] = row.children;
  say(wait, linked && line.wait ? pair(line.wait.words, line.wait.words_en) : null);
  write(waiting, String(line.waiting));
}

function drawRows(app, tickets, tab) {
  const shown = tickets.slice(0, SHOWN).map((ticket) => ({ ticket, tab }));
  keyed(part("list"), shown, { key: ({ ticket }) => `${tab} ${ticket.id}`, create: ticketRow, update: (row, item) => drawRow(row, item.ticket, app) });
  const more = tickets.length - SHOWN;
  say(part("list-rest"), tickets.length ? (more > 0 ? both("还有 {n} 位", { n: more }) : null) : both(EMPTY[tab]));
  part("list-rest").hidden = tickets.length > 0 && more <= 0;
}

function ticketRow({ ticket, tab }) {
  const open = make("button", "row-open", make("span", "number", ticket.number), make("span", "matter"), make("span", "row-marks"), make("span", "where"));
  open.type = "button";
  open.dataset.details = ticket.id;
  const verbs = (ASIDE[tab] ?? []).map(([verb, text]) => {
    const button = makeButton("row-verb", both(text));
    button.dataset.on = verb;
    button.dataset.ticket = ticket.id;
    button.setAttribute("aria-label", `${_(text)} ${ticket.number}`);
    return button;
  });
  const row = make("li", "", open, ...verbs);
  row.dataset[`${tab}Ticket`] = ticket.number;
  return row;
}

function drawRow(row, ticket, app) {
  const [open, ...verbs] = row.children;
  const [, matter, shownMarks, where] = open.children;
  write(matter, ticket.state === "held" && ticket.reason ? `${ticket.reason} · ${ticket.matter_name}` : ticket.matter_name);
  open.title = ticket.matter_name;
  const fresh = make("span", "row-marks", ...marks(ticket, app.desk));
  if (fresh.textContent !== shownMarks.textContent) shownMarks.replaceChildren(...fresh.childNodes);
  say(where, whereabouts(ticket, app));
  const { order } = app.desk;
  row.classList.toggle("next", ticket.id === order?.next);
  row.classList.toggle("others", ticket.state === "waiting" && Boolean(order) && !order.tickets.includes(ticket.id));
  const possible = app.possibleWith(ticket);
  for (const button of verbs) button.disabled = !app.ready || !possible.has(button.dataset.on);
}
