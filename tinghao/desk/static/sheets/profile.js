// 窗口方案: what a window serves, set by hand for a time or given back to the plan.

import { both, pair } from "/assets/web/i18n.js";
import { choose, line } from "/assets/web/staff/fields.js";
import { make } from "/assets/web/staff/page.js";

const MINUTES = [0, 30, 60, 120];
const BY_PLAN = "";

export function profileSheet(app, window) {
  const { profiles } = app.desk;
  const own = { value: BY_PLAN, text: both("按计划（恢复平常安排）") };
  const choices = [own, ...profiles.map((each) => ({ value: each.code, text: pair(each.name, each.name_en) }))];
  const chosen = window.profile?.by === "hand" ? window.profile.code : BY_PLAN;
  const times = MINUTES.map((n) => ({ value: String(n), text: n ? both("{n} 分钟", { n }) : both("直到改回") }));
  const served = app.desk.lines.filter((each) => window.lines.includes(each.id)).map((each) => `${each.prefix} ${each.name}`).join("、");
  return {
    name: "profile",
    title: both("{window} 的安排", { window: window.name }),
    subject: () => JSON.stringify(app.desk.windows.find((each) => each.id === window.id)?.profile ?? null),
    body: [
      make("p", "now", both("现在办理"), " ", make("b", "", served)),
      choose(choices, { name: "profile", legend: both("安排"), chosen, list: true }),
      choose(times, { name: "minutes", legend: both("多长时间"), chosen: "0" }),
      line("reason", both("原因（选填）")),
    ],
    sends: [{ text: both("确定"), wish: (data) => ["PUT", `/windows/${window.id}/profile`, wanted(data)] }],
  };
}

function wanted(data) {
  const wish = { profile: data.get("profile") || null };
  if (wish.profile && Number(data.get("minutes"))) wish.minutes = Number(data.get("minutes"));
  if (data.get("reason").trim()) wish.reason = data.get("reason").trim();
  return wish;
}
