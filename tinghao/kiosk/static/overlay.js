// What is laid over a screen: the warning before time is up, help, where to lay the card, the agent's absence.

import { _, both, english, pair } from "/assets/web/i18n.js";
import { touch } from "./agent.js";
import { button, h, says } from "./dom.js";
import { icon } from "./icons.js";

/** Draws what has to be over the screen now, or nothing. */
export function drawOverlay(app) {
  const wanted = pick(app);
  const holder = document.getElementById("overlay");
  const now = wanted ? `${wanted}:${app.state.visit}` : "";
  if (holder.dataset.now !== now) {
    holder.dataset.now = now;
    holder.replaceChildren(...(wanted ? [dialog(wanted, app)] : []));
    setBehind(Boolean(wanted));
    (holder.querySelector("button") ?? holder.firstElementChild)?.focus();
  }
  tellSeconds(app);
}

function pick(app) {
  if (!app.link) return "link";
  const left = app.left();
  const over = app.state.screen === "choosing" || app.state.screen === "taking";
  if (over && left !== null && left <= app.state.warning) return "warning";
  return app.over;
}

// The screen behind a dialog can neither be touched nor reached by keyboard.
function setBehind(behind) {
  for (const part of document.querySelectorAll("header, main, footer, .banners")) part.inert = behind;
}

function tellSeconds(app) {
  const text = String(app.left() ?? "");
  for (const place of document.querySelectorAll(".seconds")) if (place.textContent !== text) place.textContent = text;
}

const CONTENT = {
  link: () => [says("h2", "本机正在恢复，请稍候", {}, { id: "over-title" }), says("p", "如长时间没有恢复，请联系工作人员。")],
  warning: () => [
    h("p.count.number", { "aria-hidden": "true" }, h("span.seconds")),
    says("h2", "您还在吗？", {}, { id: "over-title" }),
    says("p", "倒计时结束后将返回首页，已填内容不会保留。"),
    button(".primary.large", "stay", () => touch("touch"), says("span.label", "继续办理")),
  ],
  help: (app) => [
    icon("help"),
    says("h2", "需要帮助？", {}, { id: "over-title" }),
    says("p", "请向身边的工作人员招手，或到咨询台，工作人员可以全程代您办理。"),
    desk(app.hall),
    close(app),
  ],
  card: (app) => [icon("card"), says("h2", "请刷身份证", {}, { id: "over-title" }), says("p", "请将身份证平放在屏幕下方的读卡区，听到提示音后取回。"), close(app)],
  code: (app) => [icon("code"), says("h2", "请扫码", {}, { id: "over-title" }), says("p", "请将二维码对准屏幕下方的扫码口：身份证号码的码可以取号，号票上的码可以查询排队进度。"), close(app)],
};

function dialog(name, app) {
  const box = h(`div.dialog.dialog-${name}`, { role: "dialog", "aria-modal": "true", "aria-labelledby": "over-title", tabindex: "-1", "data-test": `over-${name}` }, ...CONTENT[name](app));
  return h("div.veil", {}, box);
}

function desk(hall) {
  const zone = hall?.desk();
  return zone ? h("p.desk", { "data-test": "desk" }, icon("place"), h("span", {}, pair(`${floorName(zone.floor).zh} ${zone.name}`, `${zone.name_en ?? ""} · ${floorName(zone.floor).en}`))) : null;
}

/** A floor for people: `1` and `"1"` are 一楼's numbers, any other word is shown as it is. */
export function floorName(floor) {
  return /^-?\d+$/.test(String(floor)) ? { zh: _("{floor}楼", { floor }), en: english("{floor}楼", { floor }) } : { zh: String(floor ?? ""), en: "" };
}

const close = (app) => button(".primary.large", "close", () => app.lay(null), h("span.label", {}, both("知道了")));
