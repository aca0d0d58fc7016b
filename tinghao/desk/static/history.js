// What happened to a ticket: who did what, when, where and why; how long it was in each state; what came of it.

import { both, pair } from "/assets/web/i18n.js";
import { make } from "/assets/web/staff/page.js";
import { timeOf } from "/assets/web/staff/ticket_words.js";
import { minutesBetween } from "./times.js";

const VERBS = {
  issue: "取号", call: "叫号", recall: "重呼", start: "开始办理", finish: "办结", no_show: "过号", undo: "撤回叫号", hold: "暂挂",
  resume: "恢复等候", call_back: "重新排队", transfer: "转办", change_matter: "变更事项", prioritise: "调整优先级", cancel: "取消",
  expire: "作废", reprint: "打印纸票",
};
const STATES = { waiting: "等候中", called: "已叫号", serving: "办理中", held: "已暂挂", no_show: "已过号", finished: "已办结", cancelled: "已取消", expired: "已作废" };
const OUTCOMES = { done: "办结", accepted: "已受理", incomplete: "材料不全", consulted: "咨询", refused: "不予受理", withdrawn: "群众撤回" };

/** The parts of the story below the ticket's facts. */
export function history({ acts = [], intervals = [], outcomes = [], issued_at: issuedAt }, desk) {
  const shown = [];
  if (outcomes.length) shown.push(make("h3", "", both("办理结果")), make("ul", "outcomes", ...outcomes.map(outcome)));
  const taken = acts.some((each) => each.verb === "issue") ? [] : [{ verb: "issue", at: issuedAt }];
  shown.push(make("h3", "", both("经过")), make("ol", "acts", ...[...taken, ...acts].map((each) => act(each, desk))));
  if (intervals.length) shown.push(make("h3", "", both("用时")), make("ul", "intervals", ...intervals.map((each) => interval(each, desk))));
  return shown;
}

function act({ verb, at, actor_name: name, window, reason }, desk) {
  const what = VERBS[verb] ? both(VERBS[verb]) : verb;
  const who = [windowName(window, desk), name].filter(Boolean).join(" · ");
  return make("li", "", make("span", "number at", timeOf(at, desk)), make("b", "verb", what), make("span", "by", who), make("span", "because", reason ?? ""));
}

function interval({ state, line, window, began_at: began, ended_at: ended }, desk) {
  const inLine = desk.lines.find((each) => each.id === line);
  const where = [inLine && `${inLine.prefix} ${inLine.name}`, windowName(window, desk)].filter(Boolean).join(" · ");
  const times = `${timeOf(began, desk)}–${ended ? timeOf(ended, desk) : ""}`;
  const text = STATES[state] ? both(STATES[state]) : state;
  return make("li", "", make("span", "number at", times), make("b", "verb", text), make("span", "by", where), make("span", "because", both("{n} 分钟", { n: minutesBetween(began, ended) })));
}

function outcome({ matter_name: name, outcome: result, note }) {
  return make("li", "", make("b", "verb", OUTCOMES[result] ? both(OUTCOMES[result]) : result), make("span", "by", pair(name, null)), make("span", "because", note ?? ""));
}

const windowName = (id, desk) => desk.windows.find((each) => each.id === id)?.name;
