// The page as a whole: which view is shown, its bar, its buttons.

import { hallTime } from "/assets/web/clock.js";
import { _, both, english, pair } from "/assets/web/i18n.js";
import { drawChoice } from "./choosing.js";
import { drawGuide } from "./guide.js";
import { drawLists } from "./lists.js";
import { make, part, parts, say, write } from "/assets/web/staff/page.js";
import { drawStrip } from "./strip.js";
import { drawVisitor } from "./visitor.js";

const MAIN_ACTION = { none: "next", called: "start", serving: "finish" };
const MAIN_ACTIONS = Object.values(MAIN_ACTION);
const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false };

let shownView = null;

/** Which view the state asks for. */
export function viewOf({ station, session, desk, choosing }) {
  if (!station) return "unregistered";
  if (!session.opened) return "login";
  if (!desk.ready) return "connecting";
  return desk.window && !choosing ? "work" : "choose";
}

/** Draws everything; `enabled` says of a button's name whether it can be pressed. */
export function drawPage(app, enabled) {
  const { desk } = app;
  const before = shownView;
  shownView = viewOf(app);
  for (const each of parts("view")) each.hidden = each.dataset.view !== shownView;
  drawBar(app);
  if (shownView === "choose") drawChoice(desk, !app.ready);
  if (shownView === "work") drawWork(app);
  const refusal = part("refusal", part(`view="${shownView}"`));
  if (refusal) say(refusal, app.refused?.cloneNode(true) ?? null);
  drawButtons(app, enabled);
  if (shownView !== before) part(`view="${shownView}"`).querySelector("[data-focus]")?.focus();
}

function drawBar({ desk, session, linked, lostAt, choosing }) {
  const time = (at) => hallTime("zh-CN", desk.hall.timezone, CLOCK, at);
  const stale = !linked && desk.ready;
  document.body.classList.toggle("stale", stale);
  part("stale").hidden = !stale;
  if (stale) say(part("stale"), lostAt ? both("与服务器的连接已中断。以下是 {time} 的情况，正在自动重连…", { time: time(lostAt) }) : both("正在连接"));
  write(part("hall"), desk.hall?.name ?? _("窗口叫号台"));
  if (desk.hall) write(part("clock"), time());
  const clerk = session.opened?.clerk;
  const name = clerk ? `${clerk.name} ${clerk.badge}` : "";
  if (part("clerk").textContent !== name) part("clerk").replaceChildren(...(clerk ? [clerk.name, " ", make("span", "badge", clerk.badge)] : []));
  part('do="log-out"').hidden = !session.opened || choosing;
  part('do="help"').hidden = shownView !== "work";
}

function drawWork(app) {
  const { window } = app.desk;
  say(part("window"), pair(window.name, window.name_en));
  part("profile").hidden = !window.profile;
  say(part("profile"), window.profile ? both("当前安排：{name}", { name: window.profile.name }) : null);
  part("profile").title = window.profile ? english("当前安排：{name}", { name: window.profile.name_en }) : "";
  drawVisitor(app);
  drawGuide(app);
  drawStrip(app);
  drawLists(app, app.tab);
}

function drawButtons({ desk, linked }, enabled) {
  for (const button of parts("do")) {
    const name = button.dataset.do;
    // Questions and sheets know for themselves.
    if (button.closest("dialog")) continue;
    button.disabled = !enabled(name);
    if (MAIN_ACTIONS.includes(name)) button.classList.toggle("primary", linked && MAIN_ACTION[desk.ticket?.state ?? "none"] === name);
  }
  if (!desk.ready) return;
  const busy = desk.ticket ? _("请先办结当前号票或标记过号。") : "";
  for (const name of ["close", "log-out", "pause", "change-window"]) part(`do="${name}"`).title = busy;
  const wanted = Boolean(desk.window?.wants_next);
  part('do="store-next"').setAttribute("aria-pressed", String(wanted));
  say(part("store-next-text"), wanted ? both("取消预叫") : both("预叫"));
  const { recall_limit: limit } = desk.settings;
  write(part("count"), desk.ticket?.state === "called" && limit ? ` ${desk.ticket.recalls}/${limit}` : "");
}
