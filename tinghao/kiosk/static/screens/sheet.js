// The sheet of one matter or one theme: what to bring, how long, how much, where; and the number.

import { _, both, pair } from "/assets/web/i18n.js";
import { touch } from "../agent.js";
import { button, h, says } from "../dom.js";
import { shrink } from "../fit.js";
import { icon } from "../icons.js";
import { floorName } from "../overlay.js";

/** Draws it. */
export function sheet(room, app) {
  const { matter, theme } = app.way.sheet;
  const wanted = matter ?? theme;
  const paper = h("div.sheet", { "data-test": "sheet" });
  const foot = h("div.sheet-foot", {}, wanted.place || !wanted.line ? elsewhere(wanted) : takeButton(wanted, app));
  room.replaceChildren(
    h("div.heading", {},
      button(".back", "back", () => app.go({ sheet: null, part: 0 }), icon("back"), says("span.label", "返回")),
      h("h1", { "data-test": "sheet-title" }, pair(wanted.name, wanted.name_en))),
    paper, foot);
  lay(paper, foot, matter ? matterFacts(matter, app.hall) : themeFacts(theme, app.hall), app);
}

/** Everything on one page if it fits; else the short facts on the first and the list on the next. */
function lay(paper, foot, { short, list }, app) {
  paper.replaceChildren(...short, list);
  if (shrink(paper)) return;
  const part = app.way.part ?? 0;
  paper.replaceChildren(...(part ? [list] : short));
  shrink(paper);
  const turn = button(".other-part", "other-part", () => app.go({ part: 1 - part }), icon(part ? "back" : "next"), says("span.label", part ? "返回说明" : list.dataset.title));
  foot.prepend(turn);
}

function takeButton(wanted, app) {
  const element = button(".primary.take", "take", () => touch("take", { matter: wanted.code }), icon("paper"), says("span.label", "取号"));
  element.disabled = !app.state.server;
  return element;
}

const elsewhere = ({ place }) => h("p.elsewhere", { "data-test": "elsewhere" }, place ? both("此事项请到「{place}」办理", { place }) : both("此事项不在本机取号，请到咨询台"));

function matterFacts(matter, hall) {
  return {
    short: [
      where(matter, hall),
      fact("clock", "办理时限", [h("p", {}, pair(matter.time || _("以窗口告知为准"), matter.time_en))]),
      fact("fee", "收费", [h("p", { lang: "zh-CN" }, matter.fee || _("不收费"))]),
    ].filter(Boolean),
    list: listed("所需材料", matter.materials.length ? matter.materials : [_("以窗口告知为准")]),
  };
}

function themeFacts(theme, hall) {
  return {
    short: [
      where(theme, hall),
      theme.summary ? fact("info", "一次办好", [h("p", {}, pair(theme.summary, theme.summary_en))]) : null,
    ].filter(Boolean),
    list: listed("包含事项", hall.inTheme(theme).map((matter) => matter.name)),
  };
}

// The guide itself is in Chinese only: it is the department's own text.
function listed(title, texts) {
  const section = fact("paper", title, [h("ul", { lang: "zh-CN" }, ...texts.map((text) => h("li", {}, text)))]);
  section.dataset.title = title;
  return section;
}

function where(matter, hall) {
  const zone = hall.zone(matter.zone);
  if (!zone) return null;
  return fact("place", "办理地点", [h("p", {}, pair(`${floorName(zone.floor).zh} ${zone.name}`, [zone.name_en, floorName(zone.floor).en].filter(Boolean).join(", ")))]);
}

function fact(drawing, title, content) {
  return h(`section.fact.fact-${drawing}`, {}, icon(drawing), h("div", {}, says("h2", title), ...content));
}
