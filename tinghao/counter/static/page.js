// Small hands for building the page.

/** The element marked `data-<name>`. */
export const part = (name, within = document) => within.querySelector(`[data-${name}]`);

/** All elements marked `data-<name>`. */
export const parts = (name) => document.querySelectorAll(`[data-${name}]`);

/** An element with a class and text or children. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Milliseconds as minutes and seconds; never negative. */
export function clockOf(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}
