// The number, where to go with it, how long it may take, and what became of the paper.

import { both, pair } from "/assets/web/i18n.js";
import { touch } from "../agent.js";
import { button, h, says } from "../dom.js";
import { shrink } from "../fit.js";
import { icon } from "../icons.js";
import { clockOut, facts } from "./standing.js";

const PAPER = {
  printing: ["info", "正在打印号票，请稍候"],
  printed: ["good", "号票已打印，请取走号票"],
  failed: ["bad", "号码有效，但号票没有打印。请记住号码或拍照，并联系工作人员补打。"],
  unknown: ["warn", "没有确认号票是否打印。如未出票，请记住号码或拍照，并联系工作人员补打。"],
};
const DRAWING = { info: "info", good: "good", bad: "warn", warn: "warn" };

/** Draws it. */
export function ticket(room, { state }) {
  const { ticket: held, paper, visitor } = state;
  room.replaceChildren(
    h("div.ticket", {},
      h("div.stub", {},
        says("p.lead", held.already ? "您已取过号" : "您的号码"),
        h("h1.the-number.number", { "data-test": "ticket-number" }, held.number),
        h("p.matter", { lang: "zh-CN", "data-test": "ticket-matter" }, held.matter),
        held.priority ? h("p.class", { "data-test": "ticket-priority" }, pair(held.priority.zh, held.priority.en)) : null),
      facts(held),
      h("div.foot-row.part", {},
        h("div.states", {}, held.already ? alreadyState(paper, state.paper_reason) : paperState(paper, state.paper_reason), visitor?.source === "card" ? takeCard() : null),
        held.qr ? qr(held.qr) : null)),
    clockOut());
  shrink(room.querySelector(".ticket"));
}

function paperState(paper, reason) {
  if (paper === "none") return null;
  const [tone, text] = PAPER[paper];
  const why = reason && tone !== "good" ? h("span.why", {}, pair(`(${reason.zh})`, reason.en)) : null;
  return h(`p.paper.${tone}`, { role: "status", "data-test": "paper", "data-paper": paper }, icon(DRAWING[tone]), h("span.words", {}, both(text), why));
}

/** Who had his number already is told what to do, and may have it on paper once more. */
function alreadyState(paper, reason) {
  const again = button(".large", "print-again", () => touch("print"), icon("paper"), says("span.label", "打印号票"));
  return h("div.states", {},
    h("p.paper.info", { "data-test": "already" }, icon("info"), h("span.words", {}, both("请留意叫号，不需要重复取号"))),
    paper === "none" ? null : paperState(paper, reason),
    paper === "printing" || paper === "printed" ? null : again);
}

const takeCard = () => h("p.paper.warn", { "data-test": "take-card" }, icon("warn"), h("span.words", {}, both("请取回您的身份证")));

const qr = (picture) => h("figure.qr", { "data-test": "qr" }, h("img", { src: picture, alt: "" }), h("figcaption", {}, both("扫码查看排队进度")));
