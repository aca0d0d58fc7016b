// One ticket: what is known of it, and all that can be done with it from here.

import { both } from "/assets/web/i18n.js";
import { make, makeButton } from "/assets/web/staff/page.js";
import { facts, whereabouts } from "/assets/web/staff/ticket_words.js";
import { whySheet } from "./why.js";

const VERBS = [
  ["call", "叫此号", "D", "primary"],
  ["resume", "恢复等候", "E", "strong"],
  ["call-back", "重新排队", "E", "strong"],
  ["priority", "优先", "F", ""],
  ["transfer", "转办", "T", ""],
  ["hold", "暂挂", "G", ""],
  ["matter", "改事项", "S", ""],
  ["cancel", "取消号票", "X", "danger"],
];

export function ticketSheet(app, ticket) {
  const possible = app.possibleWith(ticket);
  const buttons = VERBS.filter(([verb]) => possible.has(verb)).map(([verb, text, key, kind]) => verbButton(app, ticket, verb, text, key, kind));
  const { ticket: present } = app.desk;
  if (present && present.id !== ticket.id && ticket.state === "waiting") {
    const why = makeButton("", both("为什么先叫 {number}", { number: present.number }), "A");
    why.dataset.on = "why";
    why.addEventListener("click", () => app.sheet.open(whySheet(app, present, ticket.number)));
    buttons.push(why);
  }
  const here = ticket.window !== null && ticket.window === app.desk.window?.id;
  const nothing = buttons.length || here ? [] : [make("p", "none", both("这个号码现在不由本窗口处理。"))];
  return {
    name: "ticket",
    title: both("号票 {number}", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [
      make("p", "where", whereabouts(ticket, app)),
      make("dl", "facts", ...facts(ticket, app)),
      make("div", "verbs", ...buttons),
      ...nothing,
    ],
    draw() {
      for (const button of buttons) button.disabled = !app.ready;
    },
  };
}

function verbButton(app, ticket, verb, text, key, kind) {
  const button = makeButton(kind, both(text), key);
  button.dataset.on = verb;
  button.addEventListener("click", () => app.on(verb, ticket));
  return button;
}
