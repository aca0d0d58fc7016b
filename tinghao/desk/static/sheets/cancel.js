// 取消号票: with the reason why.

import { both } from "/assets/web/i18n.js";
import { reasonIn, reasons } from "/assets/web/staff/fields.js";

const REASONS = ["群众不再办理", "重复取号", "取错号", "群众已离开"];

export function cancelSheet(app, ticket) {
  return {
    name: "cancel",
    title: both("取消号票 {number}", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: reasons(REASONS, { legend: both("原因") }),
    sends: [{ text: both("取消号票"), kind: "danger", wish: (data) => ["POST", `/tickets/${ticket.id}/cancel`, { reason: reasonIn(data) }] }],
  };
}
