// 重新排队: a visitor who missed his call comes back, behind a few others.

import { both } from "/assets/web/i18n.js";
import { choose } from "/assets/web/staff/fields.js";

const CHOICES = [0, 1, 3, 5, 10];

export function callBackSheet(app, ticket) {
  const usual = app.desk.settings?.return_after ?? 3;
  const after = [...new Set([...CHOICES, usual])].sort((a, b) => a - b);
  const choices = after.map((n) => ({ value: String(n), text: n ? both("排在 {n} 人之后", { n }) : both("下一个就叫") }));
  return {
    name: "call-back",
    title: both("{number} 重新排队", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [choose(choices, { name: "after", legend: both("位置"), chosen: String(usual), keys: true })],
    sends: [{ text: both("重新排队"), wish: (data) => ["POST", `/tickets/${ticket.id}/call-back`, { after: Number(data.get("after")) }] }],
  };
}
