// 为什么是他: why the present visitor was called, and why before another number.

import { both, pair } from "/assets/web/i18n.js";
import { make, makeButton, part } from "/assets/web/staff/page.js";
import { line } from "/assets/web/staff/fields.js";

/** @param {string} [before] the other number, asked for at once */
export function whySheet(app, ticket, before = "") {
  const told = make("div", "told");
  told.setAttribute("role", "status");
  const field = line("before", both("为什么比这个号码先叫？"), { value: before, limit: 12, focus: true });
  const input = field.querySelector("input");
  const ask = makeButton("ask", both("查询"));
  const askAbout = async () => {
    const other = input.value.trim().toUpperCase();
    const answer = await app.read(`/tickets/${ticket.id}/why${other ? `?before=${encodeURIComponent(other)}` : ""}`);
    if (!answer) return told.replaceChildren();
    app.sheet.refuse(null);
    told.replaceChildren(...explanation(answer));
  };
  ask.addEventListener("click", askAbout);
  field.append(ask);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    askAbout();
  });
  askAbout();
  return {
    name: "why",
    title: both("为什么先叫 {number}", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [field, told],
    draw() {
      ask.disabled = !app.ready || !part("sheet").open;
    },
  };
}

/** The sentence and, below it, what it rests on. */
export function explanation({ sentence, sentence_en: english, points }) {
  const list = make("ul", "points", ...points.map((point) => make("li", "", pair(point.zh, point.en))));
  return [make("p", "sentence", pair(sentence, english)), list];
}
