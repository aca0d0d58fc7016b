// While the number is asked for; and what to do when nobody answers.

import { pair } from "/assets/web/i18n.js";
import { touch } from "../agent.js";
import { button, h, says } from "../dom.js";

/** Draws it. */
export function taking(room, { state: { notice, asking } }) {
  const words = notice ? h("p.trouble", { role: "alert", "data-test": `notice-${notice.code}` }, pair(notice.zh, notice.en)) : says("p", "请稍候，不需要再次点击");
  const again = button(".primary.large", "retry", () => touch("retry"), says("span.label", "再试一次"));
  again.disabled = asking;
  room.replaceChildren(h("div.waiting", {}, h("div.turning", { "aria-hidden": "true" }), says("h1", "正在取号"), words, notice ? again : null));
}
