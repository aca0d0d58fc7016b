// A ticket on its holder's phone, asked anew every few seconds while the page is seen.

import { call } from "/assets/web/api.js";
import { both, pair } from "/assets/web/i18n.js";

const EVERY = 10_000;
const root = document.querySelector(".ticket");
const at = (name) => root.querySelector(`[data-${name}]`);
const put = (name, content) => at(name).replaceChildren(content);

function show(ticket) {
  put("hall", pair(ticket.hall, ticket.hall_en));
  at("number").textContent = ticket.number;
  root.dataset.state = ticket.state;
  put("state", ticket.window && ticket.state === "called" ? both("请到{window}办理", { window: ticket.window }) : pair(ticket.state_words, ticket.state_words_en));
  root.querySelector("[data-row=ahead]").hidden = ticket.ahead === null;
  if (ticket.ahead !== null) put("ahead", both("{n} 人", { n: ticket.ahead }));
  root.querySelector("[data-row=wait]").hidden = ticket.wait === null;
  if (ticket.wait) put("wait", both(ticket.wait.low ? "约 {low}–{high} 分钟" : "{high} 分钟以内", ticket.wait));
  put("place", both("{floor} 楼 {zone} {windows} 号窗口", ticket));
}

async function refresh() {
  try {
    show(await call("GET", `/api/v1/tickets/by-slug/${encodeURIComponent(root.dataset.slug)}`));
    put("note", both("请留意大厅屏幕和语音叫号。"));
  } catch (refusal) {
    put("note", pair(refusal.message, refusal.english));
  }
}

await refresh();
setInterval(() => document.visibilityState === "visible" && refresh(), EVERY);
