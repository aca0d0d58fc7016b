// Long lists in pages: as many tiles as the room holds with their whole text, big buttons to turn, never a drag.

import { icon } from "./icons.js";
import { button, h, says } from "./dom.js";

/**
 * Fills `room` with tiles and, when they are too many, with buttons to turn the page.
 * @param {HTMLElement} room empty, in the page, with a height of its own
 * @param {object[]} items
 * @param {(item: object) => HTMLElement} tile
 * @param {{width: number, height: number, most?: number, page: number, turn: (page: number) => void}} look least size of a tile in rem
 */
export function pages(room, items, tile, look) {
  const list = h("div.tiles", { role: "list" });
  const bar = h("div.pager", { hidden: true });
  room.replaceChildren(list, bar);
  let shape = fit(list, items, tile, look);
  if (shape.size < items.length) {
    bar.hidden = false;
    bar.append(turner("back", "prev-page"), h("p.page-count"), turner("next", "next-page"));
    shape = fit(list, items, tile, look);
  }
  const count = Math.max(Math.ceil(items.length / shape.size), 1);
  const page = Math.min(look.page, count - 1);
  if (count > 1) {
    const [back, where, next] = bar.children;
    where.replaceWith(says("p.page-count", "第 {page} 页,共 {count} 页", { page: page + 1, count }));
    back.disabled = page === 0;
    next.disabled = page === count - 1;
    back.onclick = () => look.turn(page - 1);
    next.onclick = () => look.turn(page + 1);
  }
  show(list, items.slice(page * shape.size, (page + 1) * shape.size), tile, shape);
}

/** The largest shape in which every tile of every page shows its whole text. */
function fit(list, items, tile, look) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const gap = parseFloat(getComputedStyle(list).columnGap) || 0;
  const across = (least, room) => Math.max(Math.floor((room + gap) / (least * rem + gap)), 1);
  const columns = Math.min(across(look.width, list.clientWidth), look.most ?? 9);
  let rows = across(look.height, list.clientHeight);
  for (; rows > 1; rows -= 1) {
    const size = rows * columns;
    const fits = () => [...list.children].every((item) => item.firstElementChild.scrollHeight <= item.firstElementChild.clientHeight + 1);
    let whole = true;
    for (let start = 0; whole && start < items.length; start += size) {
      show(list, items.slice(start, start + size), tile, { columns, rows });
      whole = fits();
    }
    if (whole) break;
  }
  return { columns, rows, size: rows * columns };
}

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
