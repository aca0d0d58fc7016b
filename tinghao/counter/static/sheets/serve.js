// 直办: a visitor who stands at the window without a number.

import { both } from "/assets/web/i18n.js";
import { findMatter } from "/assets/web/staff/fields.js";

export function serveSheet(app) {
  const { id } = app.desk.window;
  return {
    name: "serve",
    title: both("直接办理（不取号）"),
    subject: () => `${app.desk.window?.id} ${app.desk.ticket?.id}`,
    body: [findMatter(app.matters)],
    sends: [
      {
        text: both("开始办理"),
        wish(data) {
          if (data.get("matter")) return ["POST", `/windows/${id}/serve`, { matter: data.get("matter") }];
          app.sheet.refuse(both("请先选择事项。"));
          return null;
        },
      },
    ],
  };
}
