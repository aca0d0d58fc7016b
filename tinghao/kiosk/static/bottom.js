// The foot of every screen: back to the start, large type, and help by a person.

import { touch } from "./agent.js";
import { button, h, says } from "./dom.js";
import { icon } from "./icons.js";

/** Draws the foot. */
export function drawBottom(app) {
  const { state } = app;
  const foot = document.getElementById("bottom");
  const now = JSON.stringify([state.visit, state.screen, state.elder, state.asking]);
  if (foot.dataset.now === now) return;
  foot.dataset.now = now;
  foot.replaceChildren(...[state.screen !== "attract" && home(state), size(state), help(app)].filter(Boolean));
}

function home({ asking, screen }) {
  const element = button(".foot", "home", () => touch("leave"), icon("home"), says("span.label", screen === "ticket" || screen === "place" ? "完成" : "返回首页"));
  element.disabled = asking;
  return element;
}

function size({ elder }) {
  const element = button(".foot", "elder", () => touch("size", { on: !elder }), icon("size"), says("span.label", elder ? "标准字号" : "大字版"));
  element.setAttribute("aria-pressed", String(elder));
  return element;
}

const help = (app) => button(".foot", "help", () => app.lay("help"), icon("help"), says("span.label", "请工作人员协助"));
