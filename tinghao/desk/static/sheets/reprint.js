// 补打号票: which kiosk prints the paper once more.

import { both, pair } from "/assets/web/i18n.js";
import { choose } from "/assets/web/staff/fields.js";
import { make } from "/assets/web/staff/page.js";

export function reprintSheet(app, ticket) {
  const there = app.printers.filter((each) => each.there);
  const choices = there.map((each) => ({ value: String(each.id), text: pair(each.name, null) }));
  const body = choices.length
    ? [choose(choices, { name: "station", legend: both("打印在"), chosen: choices[0].value, keys: true, list: true })]
    : [make("p", "none", both("没有联机的取号机，请检查取号机后再试。"))];
  return {
    name: "reprint",
    title: both("补打号票 {number}", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body,
    sends: choices.length ? [{ text: both("补打"), wish: (data) => ["POST", `/tickets/${ticket.id}/reprint`, { station: Number(data.get("station")) }] }] : [],
  };
}
