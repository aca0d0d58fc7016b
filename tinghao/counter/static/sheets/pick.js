// 叫指定号 and 优先: a number is chosen, by typing it or from those that are there.

import { both } from "/assets/web/i18n.js";
import { keyed, make, makeButton, say } from "/assets/web/staff/page.js";
import { whereabouts } from "/assets/web/staff/ticket_words.js";
import { line } from "/assets/web/staff/fields.js";

const SHOWN = 40;

/**
 * @param {object} app
 * @param {{name: string, title: DocumentFragment, send: DocumentFragment, verb: string, take: (ticket) => void}} purpose
 *   `verb`: what must be possible with a ticket to be offered
 */
export function pickSheet(app, { name, title, send, verb, take }) {
  const field = line("number", both("输入号码，例如 A012 或 12"), { limit: 12, focus: true });
  const list = make("div", "picks");
  list.dataset.scrolls = "";
  const none = make("p", "none");
  const input = field.querySelector("input");
  const offered = () => {
    const { desk } = app;
    const wanted = input.value.trim().toUpperCase();
    const all = [...desk.waiting, ...desk.held, ...desk.missed].filter((ticket) => app.possibleWith(ticket).has(verb));
    return wanted ? all.filter((ticket) => fits(ticket.number, wanted)) : all;
  };
  const draw = () => {
    const found = offered();
    keyed(list, found.slice(0, SHOWN), { key: (ticket) => ticket.id, create: (ticket) => row(ticket, take), update: (element, ticket) => drawRow(element, ticket, app) });
    none.hidden = found.length > 0;
    say(none, both("本窗口的队列里没有这个号码。"));
  };
  input.addEventListener("input", draw);
  return {
    name,
    title,
    body: [field, list, none],
    draw,
    // A number that this page does not know may still be one of today's: the server says what has become of it.
    sends: [{ text: send, wish: () => choose(offered(), input.value, app, take) }],
  };
}

/** `12` and `A12` mean A012; letters alone, all of a line. */
function fits(number, wanted) {
  const [, letters, digits] = /^([A-Z]*)(\d*)$/.exec(wanted) ?? [];
  if (digits === undefined || !number.startsWith(letters)) return false;
  return !digits || Number(number.replace(/^\D+/, "")) === Number(digits);
}

function choose(found, typed, app, take) {
  if (!typed.trim()) app.sheet.refuse(both("请输入号码，或从列表中选择。"));
  else if (found.length === 1) take(found[0]);
  else if (found.length) app.sheet.refuse(both("有多个号码相符，请从列表中选择。"));
  else app.lookUp(typed.trim().toUpperCase());
  return null;
}

function row(ticket, take) {
  const button = makeButton("pick", "");
  button.dataset.pick = ticket.number;
  button.replaceChildren(make("span", "number", ticket.number), make("span", "matter"), make("span", "where"));
  button.addEventListener("click", () => take(ticket));
  return button;
}

function drawRow(button, ticket, app) {
  const [, matter, where] = button.children;
  matter.textContent = ticket.matter_name;
  say(where, whereabouts(ticket, app));
}
