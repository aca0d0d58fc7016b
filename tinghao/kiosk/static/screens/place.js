// The answer to a scanned ticket: where its number stands.

import { both } from "/assets/web/i18n.js";
import { h, says } from "../dom.js";
import { shrink } from "../fit.js";
import { clockOut, facts } from "./standing.js";

const STATE = {
  waiting: "正在排队，请留意叫号",
  called: "正在叫您，请立即到窗口",
  serving: "正在办理",
  finished: "已办理完成",
  no_show: "已过号，请联系窗口或咨询台",
};

/** Draws it. */
export function place(room, { state: { place: held } }) {
  room.replaceChildren(
    h("div.ticket", {},
      h("div.stub", {},
        says("p.lead", "号票查询"),
        h("h1.the-number.number", { "data-test": "place-number" }, held.number),
        h("p.matter", { "data-test": "place-state" }, both(STATE[held.state] ?? "正在排队，请留意叫号")),
        held.window ? h("p.at-window", { "data-test": "place-window" }, held.window) : null),
      facts({ ...held, ahead: held.state === "waiting" ? held.ahead : null })),
    clockOut());
  shrink(room.querySelector(".ticket"));
}
