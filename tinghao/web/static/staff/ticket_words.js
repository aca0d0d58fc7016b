// What a ticket is said to be: its marks, its facts, where it is and since when.

import { hallTime, now } from "/assets/web/clock.js";
import { both, pair } from "/assets/web/i18n.js";
import { make, minutesSince } from "./page.js";

const MINUTE = 60_000;
const NO_NUMBER = "直办";

/** Whether a visitor has a number by which he can be called; who is served without a ticket has none. */
export const hasNumber = (ticket) => ticket.number !== NO_NUMBER;

/** A moment as the hall's clock shows it: 10:32. */
export const timeOf = (at, desk) => hallTime("zh-CN", desk.hall.timezone, { hour: "2-digit", minute: "2-digit", hour12: false }, Date.parse(at));

/** Whether a ticket goes before ordinary ones. */
export const hasPriority = (ticket, desk) => ticket.priority !== desk.priorities[0]?.code;

/** Small marks: priority, appointment, language, what else must be known before calling. */
export function marks(ticket, desk) {
  const shown = [];
  const mark = (kind, fragment) => shown.push(make("span", `mark ${kind}`, fragment));
  // A booked visitor's class is said by his time.
  if (hasPriority(ticket, desk) && !(ticket.priority === "booked" && ticket.booked_at)) {
    const priority = desk.priorities.find((each) => each.code === ticket.priority);
    mark("priority", pair(priority?.name ?? ticket.priority, priority?.name_en));
  }
  if (ticket.place < 0) mark("first", both("插前"));
  if (ticket.booked_at) mark("booked", both("预约 {time}", { time: timeOf(ticket.booked_at, desk) }));
  if (ticket.journey) mark("journey", both("一件事 {step}/{steps}", ticket.journey));
  if (ticket.not_before && Date.parse(ticket.not_before) > now()) mark("later", both("{time} 后可叫", { time: timeOf(ticket.not_before, desk) }));
  if (ticket.to_window || ticket.to_staff) mark("to", meantFor(ticket, desk));
  if (ticket.language && !ticket.language.startsWith("zh")) mark("language", ticket.language.toUpperCase());
  return shown;
}

/** The one window or clerk that a ticket waits for. */
function meantFor({ to_window, to_staff }, desk) {
  const own = desk.window;
  if (to_window && to_window === own?.id) return both("指定本窗口");
  if (to_staff && to_staff === own?.clerk_id) return both("指定本人");
  const place = desk.windows.find((each) => (to_window ? each.id === to_window : each.clerk_id === to_staff));
  const name = to_window ? place?.name : place?.clerk;
  return name ? both("指定{name}", { name }) : both("指定他人");
}

/** Name and value of everything that is known, for a list of facts. */
export function facts(ticket, { desk, matters }) {
  const guide = matters.guide(ticket.matter);
  const shown = [fact(both("事项"), pair(ticket.matter_name, guide?.name_en))];
  shown.push(fact(both("群众"), ticket.visitor ? [ticket.visitor.name, ticket.visitor.tail].filter(Boolean).join("  ") : both("未登记身份")));
  if (ticket.issued_at) shown.push(fact(both("取号时间"), waitedWords(ticket, desk)));
  if (ticket.remark) shown.push(fact(both("备注"), ticket.remark));
  if (ticket.reason) shown.push(fact(both("原因"), ticket.reason));
  return shown.flat();
}

function waitedWords(ticket, desk) {
  const time = timeOf(ticket.issued_at, desk);
  if (!ticket.called_at) return time;
  const n = Math.max(0, Math.floor((Date.parse(ticket.called_at) - Date.parse(ticket.issued_at)) / MINUTE));
  return both("{time}，等候 {n} 分钟", { time, n });
}

const fact = (name, value) => [make("dt", "", name), make("dd", "", value)];

/** Where a ticket is now and since when, in short. With the link down nothing is said that grows older by itself. */
export function whereabouts(ticket, { desk, linked }) {
  if (ticket.state === "waiting") return waited(ticket, desk, linked);
  if (ticket.state === "held") return heldWords(ticket, desk, linked);
  if (ticket.state === "no_show") return missedWords(ticket, desk, linked);
  if (ticket.state === "called" || ticket.state === "serving") {
    const window = desk.windows.find((each) => each.id === ticket.window);
    return ticket.state === "called" ? both("{window} 已叫号", { window: window?.name }) : both("{window} 正在办理", { window: window?.name });
  }
  const ended = { finished: both("已办结"), cancelled: both("已取消"), expired: both("已作废") };
  return ended[ticket.state] ?? "";
}

function waited(ticket, desk, linked) {
  const time = timeOf(ticket.since, desk);
  return linked ? both("{time} 起，{n} 分钟", { time, n: minutesSince(ticket.since) }) : both("{time} 起", { time });
}

function heldWords(ticket, desk, linked) {
  if (!ticket.held_until) return both("已暂挂");
  const left = Math.ceil((Date.parse(ticket.held_until) - now()) / MINUTE);
  if (!linked) return both("暂挂至 {time}", { time: timeOf(ticket.held_until, desk) });
  return left > 0 ? both("暂挂，剩 {n} 分钟", { n: left }) : both("暂挂已到时");
}

function missedWords(ticket, desk, linked) {
  const time = timeOf(ticket.called_at, desk);
  if (!linked) return both("{time} 叫号", { time });
  const within = desk.settings?.return_within_minutes;
  if (!within) return both("{time} 叫号，{n} 分钟前", { time, n: minutesSince(ticket.called_at) });
  // Counted from the call, so that nobody is promised more than he has.
  const left = within - minutesSince(ticket.called_at);
  return left > 0 ? both("{n} 分钟内可重排", { n: left }) : both("{time} 叫号，已过时限", { time });
}

