// 暂停服务: the window is open but calls nobody, with a reason that the hall can read.

import { both } from "/assets/web/i18n.js";
import { reasonIn, reasons } from "/assets/web/staff/fields.js";

const REASONS = ["短暂离开", "用餐", "交接班", "业务学习", "设备故障", "系统故障"];

export function pauseSheet(app) {
  const { id } = app.desk.window;
  return {
    name: "pause",
    title: both("暂停"),
    subject: () => `${app.desk.window?.id} ${app.desk.ticket?.id}`,
    body: reasons(REASONS, { legend: both("原因") }),
    sends: [{ text: both("暂停"), wish: (data) => ["POST", `/windows/${id}/pause`, { reason: reasonIn(data) }] }],
  };
}
