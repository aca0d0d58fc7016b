// 转办: to another line, window or person; where in the order, when at the earliest, and whether the visitor comes back.

import { _, both, pair } from "/assets/web/i18n.js";
import { make, parts } from "../page.js";
import { chip, choose, reasonIn, reasons, tick } from "../fields.js";

const REASONS = ["取错号", "需其他窗口办理", "需先办其他事项", "需专人办理"];
const DELAYS = [0, 5, 10, 20, 30];

export function transferSheet(app, ticket) {
  const targets = targetsOf(app, ticket);
  const kinds = Object.keys(targets).filter((kind) => targets[kind].length);
  const words = { line: both("队列"), window: both("办事窗口"), staff: both("人员") };
  const kind = choose(kinds.map((each) => ({ value: each, text: words[each] })), { name: "kind", legend: both("转到"), chosen: kinds[0], keys: true });
  const lists = kinds.map((each) => {
    const list = make("div", "chips targets", ...targets[each].map((target) => chip(target, each, false)));
    list.dataset.targets = each;
    list.dataset.scrolls = "";
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", words[each].textContent);
    return list;
  });
  return {
    name: "transfer",
    title: both("转办 {number}", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [make("div", "halves", make("div", "", kind, ...lists), make("div", "", ...details(ticket)))],
    draw() {
      const chosen = document.querySelector("[data-sheet] [name=kind]:checked").value;
      for (const list of parts("targets")) list.hidden = list.dataset.targets !== chosen;
    },
    sends: [{ text: both("转办"), wish: (data) => wishOf(app, ticket, data) }],
  };
}

function targetsOf(app, ticket) {
  const { desk } = app;
  return {
    line: desk.lines
      .filter((each) => each.id !== ticket.line)
      .map((each) => ({ value: String(each.id), text: pair(`${each.prefix} ${each.name}`, null), hint: _("等候 {n} 人", { n: each.waiting }) })),
    window: desk.windows
      .filter((each) => each.id !== desk.window?.id)
      .map((each) => ({ value: String(each.id), text: pair(each.name, null), hint: each.state === "closed" ? _("未开窗") : (each.clerk ?? "") })),
    staff: (desk.colleagues ?? []).map((each) => ({ value: String(each.id), text: pair(each.name, null), hint: each.window })),
  };
}

function details(ticket) {
  const positions = [
    { value: "keep", text: both("按已等时间") },
    { value: "first", text: both("排在最前") },
    { value: "last", text: both("排在最后") },
  ];
  const delays = DELAYS.map((n) => ({ value: String(n), text: n ? both("{n} 分钟后", { n }) : both("立即") }));
  return [
    choose(positions, { name: "position", legend: both("位置"), chosen: "keep" }),
    choose(delays, { name: "delay", legend: both("最早何时叫号"), chosen: "0" }),
    ...(ticket.window ? [tick("return", both("办完回到本窗口"))] : []),
    ...reasons(REASONS, { legend: both("原因"), keys: false }),
  ];
}

function wishOf(app, ticket, data) {
  const kind = data.get("kind");
  const target = data.get(kind);
  if (!target) {
    app.sheet.refuse(both("请先选择转到哪里。"));
    return null;
  }
  const body = { [kind]: Number(target), position: data.get("position"), reason: reasonIn(data) };
  if (Number(data.get("delay"))) body.delay_minutes = Number(data.get("delay"));
  if (data.get("return")) body.return = true;
  return ["POST", `/tickets/${ticket.id}/transfer`, body];
}
