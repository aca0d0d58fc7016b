// Choosing a window: all windows of the hall, by zone, with those in use marked.

import { _, both, pair } from "/assets/web/i18n.js";
import { keyed, make, part, say } from "/assets/web/staff/page.js";

/** Draws the windows; `disabled` while nothing can be sent. */
export function drawChoice(desk, disabled) {
  say(part("choose-title"), desk.window ? both("更换窗口，现在是 {window}", { window: desk.window.name }) : both("选择窗口，开始服务"));
  part('do="stay"').hidden = !desk.window;
  const zones = desk.zones
    .map((zone) => ({ ...zone, windows: desk.windows.filter((each) => each.zone === zone.id) }))
    .filter(({ windows }) => windows.length);
  keyed(part("zones"), zones, { key: (zone) => zone.id, create: zoneSection, update: (section, zone) => drawZone(section, zone, desk, disabled) });
}

const zoneSection = (zone) => make("section", "zone", make("h2", "", pair(zone.name, zone.name_en)), make("div", "grid"));

function drawZone(section, zone, desk, disabled) {
  keyed(section.lastElementChild, zone.windows, { key: (each) => each.id, create: windowButton, update: (button, each) => drawWindow(button, each, desk, disabled) });
}

function windowButton(window) {
  const button = make("button", "button window", make("span", "window-name", window.name), make("span", "window-state"));
  button.type = "button";
  button.dataset.open = window.number;
  button.dataset.id = window.id;
  return button;
}

function drawWindow(button, window, desk, disabled) {
  const own = desk.window?.id === window.id;
  const inUse = window.state !== "closed";
  button.disabled = disabled || own;
  button.dataset.state = own ? "own" : window.state;
  say(button.lastElementChild, own ? both("本窗口") : inUse ? both("使用中") : both("未开窗"));
  const lines = desk.lines.filter((line) => window.lines.includes(line.id)).map((line) => line.name);
  button.title = _("办理：{lines}", { lines: lines.join("、") }) + (window.clerk ? ` · ${window.clerk}` : "");
}
