// What a number's place in the hall looks like; shared by the ticket's screen and by the answer to a scanned ticket.

import { both, pair } from "/assets/web/i18n.js";
import { touch } from "../agent.js";
import { button, h, says } from "../dom.js";
import { icon } from "../icons.js";
import { floorName } from "../overlay.js";

/** Zone and floor, windows, people ahead, expected wait. */
export function facts(held) {
  const floor = floorName(held.floor);
  return h("dl.facts", {},
    fact("place", "请到", "ticket-place", pair(`${floor.zh} ${held.zone}`, [held.zone_en, floor.en].filter(Boolean).join(", "))),
    held.windows.length ? fact("info", "窗口", "ticket-windows", document.createTextNode(held.windows.join("、"))) : null,
    held.ahead === null ? null : fact("people", "前面等候", "ticket-ahead", both("{n} 人", { n: held.ahead })),
    held.ahead === null ? null : fact("clock", "预计等候", "ticket-wait", pair(held.wait.zh, held.wait.en)));
}

function fact(drawing, title, test, content) {
  return h("div.fact", {}, icon(drawing), says("dt", title), h("dd", { "data-test": test }, content));
}

/** The seconds until the screen closes, and one touch for more. */
export function clockOut() {
  return h("div.clock-out", {},
    h("p", { "aria-hidden": "true" }, h("span.seconds.number"), says("span.label", "秒后返回首页")),
    button("", "more-time", () => touch("touch").then(reenable), says("span.label", "再看一会儿")));
}

const reenable = () => {
  const again = document.querySelector("[data-test=more-time]");
  if (again) again.disabled = false;
};
