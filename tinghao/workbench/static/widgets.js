// Draws what an emulator shows; see tinghao/drivers/face.py for the widgets.

import { both, pair } from "/assets/web/i18n.js";

/** What a widget is drawn as, by its kind. `press(control)` presses a control of the same device. */
const DRAW = { facts, led, digits, lamp, doors, messages, heard };

/** A face as one element. */
export function face(widgets, press) {
  const place = make("div", "face");
  for (const widget of widgets) place.append(DRAW[widget.kind](widget, press));
  return place;
}

export function make(name, className = "", ...content) {
  const element = document.createElement(name);
  element.className = className;
  element.append(...content);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

function draw(name, attributes, ...content) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

function facts({ rows }) {
  const list = make("dl", "facts");
  for (const [label, labelEnglish, value] of rows) list.append(make("dt", "", pair(label, labelEnglish)), make("dd", "", value || "—"));
  return list;
}

function led({ width, height, lit, areas }) {
  const panel = draw("svg", { class: `led${lit ? "" : " dark-led"}`, viewBox: `0 0 ${width} ${height}`, role: "img" });
  panel.setAttribute("aria-label", areas.map((area) => area.marks.map(([text]) => text).join("")).join(" ") || "LED");
  if (lit) panel.append(...areas.map(ledArea));
  return panel;
}

function ledArea({ x, y, width, height, marks, moving, flashing }) {
  const size = Math.min(height, 32) * 0.86;
  const text = draw("text", { x: 1, y: height / 2, "font-size": size, class: `${moving ? "moving" : ""} ${flashing ? "flashing" : ""}` });
  text.append(...marks.map(([words, colour]) => draw("tspan", { class: `led-${colour}` }, words)));
  return draw("svg", { x, y, width, height, viewBox: `0 0 ${width} ${height}`, class: "led-area" }, text);
}

// Which of the segments a…g of a digit are lit.
const SEGMENTS = { 0: "abcdef", 1: "bc", 2: "abdeg", 3: "abcdg", 4: "bcfg", 5: "acdfg", 6: "acdefg", 7: "abc", 8: "abcdefg", 9: "abcdfg", "-": "g", A: "abcefg", B: "cdefg", C: "adef", D: "bcdeg", E: "adefg", F: "aefg", H: "bcefg", L: "def", P: "abefg", U: "bcdef" };
const BARS = { a: [5, 2, 14, 3], b: [19, 5, 3, 13], c: [19, 21, 3, 13], d: [5, 34, 14, 3], e: [2, 21, 3, 13], f: [2, 5, 3, 13], g: [5, 18, 14, 3] };

function digits({ label, label_en, text }) {
  const glass = draw("svg", { class: "digits", viewBox: `0 0 ${text.length * 26} 39`, role: "img", "aria-label": text.trim() || "—" });
  [...text].forEach((sign, at) => {
    const lit = SEGMENTS[sign.toUpperCase()] ?? "";
    for (const [segment, [x, y, width, height]] of Object.entries(BARS)) glass.append(draw("rect", { x: x + at * 26, y, width, height, rx: 1.2, class: lit.includes(segment) ? "on" : "off" }));
  });
  return make("div", "digits-block", make("p", "label", pair(label, label_en)), glass);
}

function lamp({ label, label_en, lit }) {
  return make("p", `lamp${lit ? " lit" : ""}`, make("span", "bulb"), pair(label, label_en));
}

function doors({ doors: all }, press) {
  const cabinet = make("div", "doors");
  for (const door of all) {
    const button = make("button", `door${door.open ? " open" : ""}`, door.name);
    button.type = "button";
    button.setAttribute("aria-pressed", String(door.open));
    button.addEventListener("click", () => press(door.control));
    cabinet.append(button);
  }
  return cabinet;
}

function messages({ messages: all }) {
  const list = make("ol", "messages");
  for (const { to, text, note, note_en, tone } of all) list.append(make("li", "", make("p", "to", to, " ", make("span", `note ${tone}`, pair(note, note_en))), make("p", "bubble", text)));
  if (!all.length) list.append(make("li", "none", both("还没有短信")));
  return list;
}

function heard({ text, seconds, picture }) {
  const wave = draw("svg", { class: "wave", viewBox: `0 0 ${Math.max(picture.length, 1)} 20`, preserveAspectRatio: "none", "aria-hidden": "true" });
  picture.forEach((level, at) => wave.append(draw("rect", { x: at + 0.1, y: 10 - level * 10, width: 0.8, height: Math.max(level * 20, 0.4) })));
  return make("div", "heard", make("p", "sentence", text || "—", seconds ? ` · ${seconds.toFixed(1)} s` : ""), wave);
}
