// Choosing a window: all windows of the hall, by zone, with those in use marked.

import { _, both, pair } from "/assets/web/i18n.js";
import { make, part } from "./page.js";

let drawn = null;

/** Draws the windows; `disabled` while nothing can be sent. */
export function drawChoice(desk, disabled) {
  // A button replaced between press and release would lose the click.
  const picture = JSON.stringify([disabled, desk.zones, desk.windows]);
  if (drawn === picture) return;
  drawn = picture;
  const zones = desk.zones
    .map((zone) => ({ zone, windows: desk.windows.filter((each) => each.zone === zone.id) }))
    .filter(({ windows }) => windows.length)
    .map(({ zone, windows }) => {
      const grid = make("div", "grid", ...windows.map((each) => windowButton(each, desk, disabled)));
      const section = make("section", "zone", make("h2", "", pair(zone.name, zone.name_en)), grid);
      return section;
    });
  const focused = document.activeElement?.dataset?.open;
  part("zones").replaceChildren(...zones);
  if (focused) part(`open="${focused}"`)?.focus();
}

function windowButton(window, desk, disabled) {
  const inUse = window.state !== "closed";
  const state = inUse ? both("使用中") : both("未开窗");
  const button = make("button", "button window", make("span", "window-name", window.name), make("span", "window-state", state));
  button.type = "button";
  button.disabled = disabled;
  button.dataset.open = window.number;
  button.dataset.id = window.id;
  button.dataset.state = window.state;
  const lines = desk.lines.filter((line) => window.lines.includes(line.id)).map((line) => line.name);
  button.title = _("办理：{lines}", { lines: lines.join("、") }) + (window.clerk ? ` · ${window.clerk}` : "");
  return button;
}
