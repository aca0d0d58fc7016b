// The tiles of the lists.

import { pair } from "/assets/web/i18n.js";
import { button, h } from "../dom.js";
import { floorName } from "../overlay.js";

/** A department or a theme. */
export function nameTile(kind, { code, name, name_en }, press) {
  const tile = button(`.tile.tile-${kind}`, kind, press, h("span.name", {}, pair(name, name_en)));
  tile.dataset.code = code;
  return tile;
}

/** A matter, with where it is done. */
export function matterTile(matter, hall, press) {
  const zone = hall.zone(matter.zone);
  const where = zone ? h("span.where", { lang: "zh-CN" }, `${floorName(zone.floor).zh} ${zone.name}`) : null;
  const tile = button(".tile.tile-matter", "matter", press, h("span.name", {}, pair(matter.name, matter.name_en)), where);
  tile.dataset.code = matter.code;
  return tile;
}
