// Search by the initials of the matter's pinyin, on keys large enough for a finger; a line of the hall narrows it.

import { both, pair } from "/assets/web/i18n.js";
import { button, h, says } from "../dom.js";
import { icon } from "../icons.js";

const KEYS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const MOST_LETTERS = 12;

/** Draws it; `matters` draws the found ones. */
export function search(room, app, matters) {
  const { letters, line } = app.way;
  const found = h("div.found", {});
  room.replaceChildren(h("div.search", {}, h("div.ask", {}, lines(app), field(letters), keys(app)), found));
  matters(found, app, app.hall.search(letters, line));
}

const field = (letters) => h("p.field", { "data-test": "letters" },
  letters ? h("span.letters", {}, letters) : h("span.placeholder", {}, both("输入事项名称的拼音首字母，如 身份证 SFZ")));

function lines(app) {
  const chip = (line, label) => {
    const element = button(".chip", "line", () => app.go({ line, page: 0 }), h("span.label", {}, label));
    element.setAttribute("aria-pressed", String((app.way.line?.id ?? null) === (line?.id ?? null)));
    return element;
  };
  return h("div.chips", {}, chip(null, both("全部")), ...app.hall.offeredLines().map((line) => chip(line, pair(line.name, line.name_en))));
}

function keys(app) {
  const { letters } = app.way;
  const type = (text) => app.go({ letters: text.slice(0, MOST_LETTERS), page: 0 });
  const erase = button(".key.wide", "erase", () => type(letters.slice(0, -1)), icon("erase"), says("span.label", "删除"));
  const clear = button(".key.wide", "clear", () => type(""), says("span.label", "清空"));
  erase.disabled = clear.disabled = !letters;
  return h("div.keys", {}, ...KEYS.map((key) => button(".key", `key-${key}`, () => type(letters + key), key)), erase, clear);
}
