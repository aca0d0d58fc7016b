// 暂挂: the visitor steps aside for a while, with a reason and a time.

import { both } from "/assets/web/i18n.js";
import { choose, reasonIn, reasons } from "/assets/web/staff/fields.js";

const REASONS = ["补充材料", "去复印", "去缴费", "去拍照", "等候他人", "网上填报"];
const MINUTES = [10, 20, 30, 60, 120];

export function holdSheet(app, ticket) {
  const usual = app.desk.settings.hold_minutes;
  const offered = [...new Set([...MINUTES, usual])].sort((a, b) => a - b);
  const minutes = offered.map((n) => ({ value: String(n), text: both("{n} 分钟", { n }) }));
  return {
    name: "hold",
    title: both("暂挂 {number}", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [...reasons(REASONS, { legend: both("原因") }), choose(minutes, { name: "minutes", legend: both("最多等多久"), chosen: String(usual) })],
    sends: [
      {
        text: both("暂挂"),
        wish: (data) => ["POST", `/tickets/${ticket.id}/hold`, { reason: reasonIn(data), minutes: Number(data.get("minutes")) }],
      },
    ],
  };
}
