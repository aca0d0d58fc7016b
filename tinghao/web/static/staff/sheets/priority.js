// 优先: another class of waiting, with the reason why.

import { both, pair } from "/assets/web/i18n.js";
import { choose, reasonIn, reasons } from "../fields.js";

const REASONS = ["老年人", "孕妇", "残疾人", "军人", "带婴幼儿", "身体不适"];

export function prioritySheet(app, ticket) {
  const { priorities } = app.desk;
  const other = priorities.find((each) => each.code === "priority") ?? priorities.find((each) => each.code !== ticket.priority);
  const classes = priorities.map((each) => ({ value: each.code, text: pair(each.name, each.name_en) }));
  return {
    name: "priority",
    title: both("{number} 的优先级", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [choose(classes, { name: "priority", legend: both("优先级"), chosen: other?.code }), ...reasons(REASONS, { legend: both("原因") })],
    sends: [
      {
        text: both("确定"),
        wish: (data) => ["POST", `/tickets/${ticket.id}/priority`, { priority: data.get("priority"), reason: reasonIn(data) }],
      },
    ],
  };
}
