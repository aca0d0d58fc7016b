// The strip under the head: what does not work just now, and what has to be said to this visitor.

import { both, pair } from "/assets/web/i18n.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const TROUBLES = {
  缺纸: "打印机缺纸，取号后请记住号码或拍照。",
  机盖打开: "打印机盖未关好，取号后请记住号码或拍照。",
};

/** Draws the strip. */
export function drawBanners({ state }) {
  const strip = document.getElementById("banners");
  const wanted = [...troubles(state), ...notices(state)];
  const now = JSON.stringify(wanted.map(({ code, zh, text }) => [code, zh, text]));
  if (strip.dataset.now === now) return;
  strip.dataset.now = now;
  strip.replaceChildren(...wanted.map(banner));
}

function troubles(state) {
  const found = [];
  if (!state.server) found.push({ code: "server-away", tone: "bad", text: "与大厅系统的连接中断，暂时不能取号，正在自动恢复。" });
  if (state.screen === "ticket" || state.screen === "place") return found;
  const { state: works, reason } = state.devices.printer;
  if (works !== "ready" && works !== "opening") {
    found.push({ code: "printer", tone: "warn", text: TROUBLES[reason?.zh] ?? "打印机暂不可用，取号后请记住号码或拍照。" });
  }
  return found;
}

const notices = ({ notice, screen }) => (notice && screen !== "taking" ? [notice] : []);

function banner({ code, tone, text, zh, en }) {
  return h(`p.banner.${tone}`, { "data-test": `notice-${code}` }, icon(tone === "info" ? "info" : "warn"), h("span.words", {}, text ? both(text) : pair(zh, en)));
}
