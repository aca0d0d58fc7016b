// A ticket on its holder's phone, asked anew every few seconds while the page is seen.

import { call } from "/assets/web/api.js";
import { both, pair } from "/assets/web/i18n.js";

const EVERY = 10_000;
const OVER = ["finished", "cancelled", "expired"];
const PATH = () => `/api/v1/tickets/by-slug/${encodeURIComponent(root.dataset.slug)}`;
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
  if (ticket.wait) put("wait", pair(ticket.wait.words, ticket.wait.words_en));
  put("place", both("{floor} 楼 {zone} {windows} 号窗口", ticket));
  at("give-back").hidden = !ticket.may_cancel;
  if (!ticket.may_cancel) ask(false);
}

async function refresh() {
  try {
    const ticket = await call("GET", PATH());
    show(ticket);
    if (!OVER.includes(ticket.state)) put("note", both("请留意大厅屏幕和语音叫号。"));
  } catch (refusal) {
    put("note", pair(refusal.message, refusal.english));
  }
}

/** Opens or closes the question whether the number is really to be given back. */
function ask(open) {
  if (at("sure").hidden === !open) return;
  at("sure").hidden = !open;
  at("ask").hidden = open;
  at(open ? "no" : "ask").focus();
}

async function giveBack() {
  at("yes").disabled = true;
  try {
    show(await call("POST", `${PATH()}/cancel`));
    put("note", both("号码已取消。需要办理时请重新取号。"));
  } catch (refusal) {
    put("note", pair(refusal.message, refusal.english));
  }
  at("yes").disabled = false;
}

at("ask").addEventListener("click", () => ask(true));
at("no").addEventListener("click", () => ask(false));
at("yes").addEventListener("click", giveBack);
await refresh();
setInterval(() => document.visibilityState === "visible" && refresh(), EVERY);
