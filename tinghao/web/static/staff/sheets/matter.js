// 改事项: another matter for a ticket.

import { both, pair } from "/assets/web/i18n.js";
import { make } from "../page.js";
import { findMatter } from "../fields.js";

export function matterSheet(app, ticket) {
  const guide = app.matters.guide(ticket.matter);
  return {
    name: "matter",
    title: both("变更 {number} 的事项", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [
      make("p", "now", both("现在的事项"), " ", make("b", "", pair(ticket.matter_name, guide?.name_en))),
      findMatter(app.matters, { except: ticket.matter }),
    ],
    sends: [
      {
        text: both("变更"),
        wish(data) {
          if (data.get("matter")) return ["POST", `/tickets/${ticket.id}/matter`, { matter: data.get("matter") }];
          app.sheet.refuse(both("请先选择事项。"));
          return null;
        },
      },
    ],
  };
}
