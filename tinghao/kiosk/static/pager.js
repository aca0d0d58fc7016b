// Long lists in pages: as many tiles as the room holds with their whole text, big buttons to turn, never a drag.

import { icon } from "./icons.js";
import { button, h, says } from "./dom.js";

/**
 * Fills `room` with tiles and, when they are too many, with buttons to turn the page.
 * A `dense` list that would need pages because of its English shows the Chinese alone on one page, and a button for the English.
 * @param {HTMLElement} room empty, in the page, with a height of its own
 * @param {object[]} items
 * @param {(item: object) => HTMLElement} tile
 * @param {object} look
 * @param {number} look.width least width of a tile in rem
 * @param {number} look.height least height of a tile in rem
 * @param {number} [look.most] most columns
 * @param {number} look.page the page to show
 * @param {(page: number) => void} look.turn
 * @param {() => void} [look.spell] asks for the English of a dense list; without it the list is never dense
 */
export function pages(room, items, tile, look) {
  const list = h("div.tiles", { role: "list" });
  const bar = h("div.pager");
  room.replaceChildren(list);
  const whole = fit(list, items, tile, look);
  if (whole.size >= items.length) return show(list, items, tile, snug(whole, items.length));
  room.append(bar);
  if (look.spell && dense(list, bar, items, tile, look)) return undefined;
  return paged(list, bar, items, tile, look);
}

function dense(list, bar, items, tile, look) {
  bar.replaceChildren(button(".turn", "spell", look.spell, says("span.label", "显示英文名称")));
  list.classList.add("dense");
  const shape = fit(list, items, tile, look);
  if (shape.size >= items.length) {
    show(list, items, tile, snug(shape, items.length));
    return true;
  }
  list.classList.remove("dense");
  return false;
}

function paged(list, bar, items, tile, look) {
  const [back, next] = [turner("back", "prev-page"), turner("next", "next-page")];
  bar.replaceChildren(back, says("p.page-count", "第 {page} 页，共 {count} 页", { page: 1, count: 1 }), next);
  const shape = fit(list, items, tile, look);
  const count = Math.ceil(items.length / shape.size);
  const page = Math.min(look.page, count - 1);
  bar.children[1].replaceWith(says("p.page-count", "第 {page} 页，共 {count} 页", { page: page + 1, count }));
  back.disabled = page === 0;
  next.disabled = page === count - 1;
  back.onclick = () => look.turn(page - 1);
  next.onclick = () => look.turn(page + 1);
  show(list, items.slice(page * shape.size, (page + 1) * shape.size), tile, shape);
}

/** The largest shape in which every tile of every page shows its whole text. */
function fit(list, items, tile, look) {
  const { fontSize } = getComputedStyle(document.documentElement);
  const gap = parseFloat(getComputedStyle(list).columnGap) || 0;
  const into = (least, room) => Math.max(Math.floor((room + gap) / (least * parseFloat(fontSize) + gap)), 1);
  const columns = Math.min(into(look.width, list.clientWidth), look.most ?? 9);
  const rows = into(look.height, list.clientHeight);
  const shapes = [];
  for (let wide = columns; wide >= 1; wide -= 1) {
    for (let high = rows; high >= 1; high -= 1) shapes.push({ columns: wide, rows: high, size: wide * high });
  }
  shapes.sort((a, b) => b.size - a.size);
  return shapes.find((shape) => holds(list, items, tile, shape)) ?? { columns: 1, rows: 1, size: 1 };
}

function holds(list, items, tile, shape) {
  for (let start = 0; start < items.length; start += shape.size) {
    show(list, items.slice(start, start + shape.size), tile, shape);
    if (![...list.children].every((item) => whole(item.firstElementChild))) return false;
  }
  return true;
}

const whole = (tile) => tile.scrollHeight <= tile.clientHeight + 1 && tile.scrollWidth <= tile.clientWidth + 1;

/** No more rows than a single page needs, so that its tiles are larger. */
const snug = ({ columns, rows }, count) => ({ columns, rows: Math.max(Math.min(rows, Math.ceil(count / columns)), 1) });

function show(list, items, tile, { columns, rows }) {
  list.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  list.style.gridTemplateRows = `repeat(${rows}, minmax(0, 1fr))`;
  list.replaceChildren(...items.map((item) => h("div.item", { role: "listitem" }, tile(item))));
}

function turner(direction, test) {
  const label = direction === "back" ? "上一页" : "下一页";
  const parts = [icon(direction), says("span.label", label)];
  return button(".turn", test, () => undefined, ...(direction === "back" ? parts : parts.reverse()));
}
