// Small hands for building the page.

import { age } from "/assets/web/clock.js";
import { both } from "/assets/web/i18n.js";

const MINUTE = 60_000;

/** The element marked `data-<name>`. */
export const part = (name, within = document) => within.querySelector(`[data-${name}]`);

/** All elements marked `data-<name>`. */
export const parts = (name, within = document) => within.querySelectorAll(`[data-${name}]`);

/** An element with a class and text or children. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A button; with a key, the key is shown on it and presses it (see hotkeys.js). */
export function makeButton(className, text, key = null) {
  const button = make("button", `button ${className}`, make("span", "button-text", text));
  button.type = "button";
  if (key) {
    button.setAttribute("aria-keyshortcuts", key);
    button.append(make("kbd", "", key));
  }
  return button;
}

/** Writes a text only where it is another one: what is read out aloud must not be read out again every second. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The same for a text in two languages; null empties the element. */
export function say(element, fragment) {
  const text = fragment?.textContent ?? "";
  if (element.textContent !== text) element.replaceChildren(...(fragment ? [fragment] : []));
}

/** A sentence of the catalogue in a paragraph. */
export const paragraph = (className, text, fields) => make("p", className, both(text, fields));

/** Milliseconds as minutes and seconds; never negative. */
export function clockOf(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Whole minutes since a moment. */
export const minutesSince = (at) => Math.floor(age(at) / MINUTE);

/**
 * Shows one element for each item, in order. An item keeps its element, so that a press or the focus never loses its button.
 * @param {{key: (item) => string, create: (item) => Element, update: (element, item) => void}} how
 */
export function keyed(list, items, { key, create, update }) {
  const known = new Map([...list.children].map((element) => [element.dataset.key, element]));
  const wanted = items.map((item) => [String(key(item)), item]);
  const names = new Set(wanted.map(([name]) => name));
  for (const [name, element] of known) if (!names.has(name)) element.remove();
  let place = list.firstElementChild;
  for (const [name, item] of wanted) {
    const element = known.get(name) ?? create(item);
    element.dataset.key = name;
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
}
