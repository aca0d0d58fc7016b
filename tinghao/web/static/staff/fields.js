// What sheets are made of: choices large enough for a finger, a line of text, the search for a matter.

import { both, pair } from "/assets/web/i18n.js";
import { keyed, make } from "./page.js";

let named = 0;

/**
 * One of several, as chips; the first nine have a digit as key.
 * @param {{value: string, text: Node, hint?: string}[]} choices
 * @param {{name: string, legend: Node, chosen?: string, keys?: boolean, list?: boolean}} how `list`: one below the other
 */
export function choose(choices, { name, legend, chosen, keys = false, list = false }) {
  const chips = choices.map((each, index) => chip(each, name, each.value === chosen, keys && index < 9 ? String(index + 1) : null));
  return make("fieldset", list ? "choices list" : "choices", make("legend", "", legend), make("div", "chips", ...chips));
}

/** One choice. */
export function chip({ value, text, hint }, name, checked, key = null) {
  const input = make("input", "");
  Object.assign(input, { type: "radio", name, value, checked });
  const label = make("label", "chip", input, make("span", "chip-text", text));
  if (hint) label.append(make("span", "chip-hint", hint));
  if (key) {
    input.setAttribute("aria-keyshortcuts", key);
    label.append(make("kbd", "", key));
  }
  return label;
}

/** A tick. */
export function tick(name, text) {
  const input = make("input", "");
  Object.assign(input, { type: "checkbox", name, value: "1" });
  return make("label", "chip tick", input, make("span", "chip-text", text));
}

/** A line of text under its label. */
export function line(name, label, { value = "", limit = 60, focus = false } = {}) {
  const input = make("input", "text");
  named += 1;
  Object.assign(input, { type: "text", name, value, maxLength: limit, autocomplete: "off", id: `field-${named}` });
  if (focus) input.autofocus = true;
  const caption = make("label", "", label);
  caption.htmlFor = input.id;
  return make("div", "line-field", caption, input);
}

/** Choices together with a text of one's own, which goes before the choice: `reasonIn` reads them. */
export function reasons(sentences, { legend, keys = true }) {
  const choices = sentences.map((each) => ({ value: each, text: both(each) }));
  return [choose(choices, { name: "reason", legend, keys, chosen: sentences[0] }), line("own-reason", both("其他原因（选填）"))];
}

/** The reason that was given; "" when none was. */
export const reasonIn = (data) => (data.get("own-reason") ?? "").trim() || (data.get("reason") ?? "");

/** Search for a matter: what is typed narrows the list, the closest one is chosen. */
export function findMatter(matters, { name = "matter", except = null } = {}) {
  const field = line("typed", both("输入事项名称、拼音或首字母"), { focus: true });
  const list = make("div", "chips matters");
  list.dataset.scrolls = "";
  const none = make("p", "none", both("没有找到相符的事项。"));
  const input = field.querySelector("input");
  let typed = null;
  const show = () => {
    if (input.value === typed) return;
    typed = input.value;
    const found = matters.search(typed, except);
    keyed(list, found, { key: (each) => each.code, create: (each) => chip({ value: each.code, text: pair(each.name, each.name_en) }, name, false), update() {} });
    none.hidden = found.length > 0;
    const first = list.querySelector("input");
    if (first && typed) first.checked = true;
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    step(list, event.key === "ArrowDown" ? 1 : -1);
  });
  show();
  return make("div", "find", field, list, none);
}

function step(list, by) {
  const all = [...list.querySelectorAll("input")];
  const next = all[Math.min(all.length - 1, Math.max(0, all.findIndex((each) => each.checked) + by))];
  if (!next) return;
  next.checked = true;
  next.parentElement.scrollIntoView({ block: "nearest" });
}
