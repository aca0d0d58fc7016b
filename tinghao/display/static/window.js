// The screen above one window.

import { both, pair } from "/assets/web/i18n.js";
import { fit } from "./fit.js";
import { isCall } from "./hall.js";
import { fault, layoutVersion, part, startScreen } from "./screen.js";

const FRESH_MS = 4800;
const wanted = new URLSearchParams(location.search).get("window") ?? "";

let freshSince = -Infinity;
let lost = false;

/** The window this screen belongs to: by its number, as people write it, else by its id. */
function own(hall) {
  return hall.windows.find((each) => String(each.number) === wanted) ?? hall.windows.find((each) => String(each.id) === wanted);
}

function stateText(state) {
  if (state === "called") return both("请到窗口办理");
  if (state === "serving") return both("正在办理");
  if (state === "open") return both("空闲");
  if (state === "paused") return both("暂停服务，请稍候");
  return both("暂停服务");
}

function render(hall) {
  const window = own(hall);
  if (!window) {
    fault(both("大厅里没有这个窗口，请检查屏幕地址。"));
    lost = true;
    return;
  }
  if (lost) part("fault").hidden = true;
  lost = false;
  const panel = document.querySelector("main");
  panel.toggleAttribute("data-fresh", window.state === "called" && performance.now() - freshSince < FRESH_MS);
  const key = [window.state, window.ticket, window.name, layoutVersion()].join(" ");
  if (panel.dataset.key === key) return;
  panel.dataset.key = key;
  panel.dataset.state = window.state;
  document.title = window.name;
  part("name").replaceChildren(pair(window.name, window.name_en));
  part("number").textContent = window.ticket ?? "";
  part("state-text").replaceChildren(stateText(window.state));
  const lines = hall.lines.filter((line) => window.lines.includes(line.id));
  part("lines").textContent = lines.map((line) => `${line.prefix} ${line.name}`).join(" · ");
  const zone = hall.zone(window.zone);
  part("zone").replaceChildren(zone ? pair(zone.name, zone.name_en) : "");
  if (window.ticket) fit(part("number"), 34);
}

const hall = startScreen({
  render,
  onLive(event) {
    if (!isCall(event) || event.window.id !== own(hall)?.id) return;
    freshSince = performance.now();
    const panel = document.querySelector("main");
    panel.removeAttribute("data-fresh");
    void panel.offsetWidth;
    render(hall);
  },
  onSecond: () => render(hall),
});
