// 为什么先叫: why one number was called before another; asked from either side.

import { both, pair } from "/assets/web/i18n.js";
import { line } from "/assets/web/staff/fields.js";
import { make, makeButton } from "/assets/web/staff/page.js";

const STILL_TO_CALL = ["waiting", "held", "no_show"];

export function whySheet(app, ticket) {
  const waits = STILL_TO_CALL.includes(ticket.state);
  const told = make("div", "told");
  told.setAttribute("role", "status");
  const field = line("other", waits ? both("哪个号码先被叫了？") : both("为什么比这个号码先叫？"), { limit: 12, focus: true });
  const input = field.querySelector("input");
  const button = makeButton("strong", both("查询"));
  const ask = async () => {
    const other = input.value.trim().toUpperCase();
    if (waits && !other) return;
    const pathTo = waits ? await pathOf(app, other, ticket.number) : `/tickets/${ticket.id}/why${other ? `?before=${encodeURIComponent(other)}` : ""}`;
    const answer = pathTo && (await app.read(pathTo, (sentence) => app.sheet.refuse(sentence)));
    if (!answer) return told.replaceChildren();
    app.sheet.refuse(null);
    told.replaceChildren(make("p", "sentence", pair(answer.sentence, answer.sentence_en)), make("ul", "points", ...answer.points.map((point) => make("li", "", pair(point.zh, point.en)))));
  };
  button.addEventListener("click", ask);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    ask();
  });
  if (!waits) ask();
  return { name: "why", title: waits ? both("为什么还没有叫 {number}", { number: ticket.number }) : both("为什么先叫 {number}", { number: ticket.number }), body: [make("div", "ask", field, button), told] };
}

async function pathOf(app, number, before) {
  const answer = await app.read(`/tickets?q=${encodeURIComponent(number)}`, (sentence) => app.sheet.refuse(sentence));
  if (!answer) return null;
  const found = answer.tickets.find((each) => each.number === number);
  if (!found) app.sheet.refuse(both("今天没有这个号码"));
  return found && `/tickets/${found.id}/why?before=${encodeURIComponent(before)}`;
}
