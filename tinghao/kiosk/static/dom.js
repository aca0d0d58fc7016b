// Small helpers to build the page: no markup from strings that come from outside, no inline style.

import { both, pair } from "/assets/web/i18n.js";

/**
 * Makes an element.
 * @param {string} kind `tag.class.class`
 * @param {object} [given] attributes; `onclick` and other functions become listeners; false and null are left out
 * @param {...(Node|string|null|false)} children
 */
export function h(kind, given = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/** A message of the catalogue in an element: Chinese, and English under it. */
export const says = (kind, text, fields, given) => h(kind, given, both(text, fields));

/** The same for a pair from the hall's data. */
export const names = (kind, zh, en, given) => h(kind, given, pair(zh, en));

/** A button that answers to one press only, until its wish has come back. */
export function button(kind, test, press, ...children) {
  const element = h(`button.button${kind}`, { type: "button", "data-test": test }, ...children);
  element.addEventListener("click", async () => {
    if (element.disabled) return;
    const answer = press();
    if (!(answer instanceof Promise)) return;
    element.disabled = true;
    try {
      await answer;
    } catch {
      // The screen says what is wrong; the button may be pressed again.
      element.disabled = false;
    }
  });
  return element;
}
