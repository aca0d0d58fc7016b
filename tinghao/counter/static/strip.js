// The line above the buttons: what was refused, what may be done about a visitor who doesn't come, a call that can be taken back.

import { both } from "/assets/web/i18n.js";
import { age } from "/assets/web/clock.js";
import { part, say, write } from "/assets/web/staff/page.js";
import { missedBy, undoLeft } from "./possible.js";

const SLOW_MS = 1000;
const MINUTE = 60_000;

/** Draws it. */
export function drawStrip(app) {
  const left = app.linked ? undoLeft(app.desk) : 0;
  part('do="undo"').hidden = !left;
  write(part("undo-left"), String(left));
  const hint = hintOf(app);
  say(part("hint"), hint);
  part("hint").hidden = !hint || app.refused;
  part('do="no-show"').classList.toggle("offered", app.linked && missedBy(app.desk) !== null);
}

function hintOf({ desk, linked, wishes }) {
  if (!linked) return null;
  if (wishes.busy && performance.now() - wishes.sentAt > SLOW_MS) return both("正在等待服务器答复…");
  const missed = missedBy(desk);
  if (missed === "recalls") return both("已重呼 {n} 次仍未到窗，可标记过号。", { n: desk.ticket.recalls });
  if (missed === "seconds") return both("已呼叫 {n} 分钟仍未到窗，可标记过号。", { n: Math.floor(age(desk.ticket.called_at) / MINUTE) });
  if (desk.window.wants_next && desk.ticket) return both("已预叫：办完后有人来就自动叫号。");
  return null;
}
