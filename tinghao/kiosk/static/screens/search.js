// Search by the initials of the matter's pinyin, on keys large enough for a finger; a few zones narrow it.

import { both, pair } from "/assets/web/i18n.js";
import { button, h, says } from "../dom.js";
import { icon } from "../icons.js";

const KEYS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const MOST_LETTERS = 12;

/** Draws it; `matters` draws the found ones. */
export function search(room, app, matters) {
  const { letters, zone } = app.way;
  const found = h("div.found", {});
  room.replaceChildren(h("div.search", {}, h("div.ask", {}, field(letters), zones(app), keys(app)), found));
  matters(found, app, app.hall.search(letters, zone));
}

const field = (letters) => h("p.field", { "data-test": "letters" },
  letters ? h("span.letters", {}, letters) : h("span.placeholder", {}, both("输入事项名称的拼音首字母,如 身份证 SFZ")));

function zones(app) {
  const chip = (zone, label) => {
    const element = button(".chip", "zone", () => app.go({ zone, page: 0 }), h("span.label", {}, label));
    element.setAttribute("aria-pressed", String((app.way.zone?.id ?? null) === (zone?.id ?? null)));
    return element;
  };
  return h("div.chips", {}, chip(null, both("全部")), ...app.hall.zonesWithMatters().map((zone) => chip(zone, pair(zone.name, ""))));
}

function keys(app) {
  const { letters } = app.way;
  const type = (text) => app.go({ letters: text.slice(0, MOST_LETTERS), page: 0 });
  const erase = button(".key.wide", "erase", () => type(letters.slice(0, -1)), icon("erase"), says("span.label", "删除"));
  const clear = button(".key.wide", "clear", () => type(""), says("span.label", "清空"));
  erase.disabled = clear.disabled = !letters;
  return h("div.keys", {}, ...KEYS.map((key) => button(".key", `key-${key}`, () => type(letters + key), key)), erase, clear);
}
