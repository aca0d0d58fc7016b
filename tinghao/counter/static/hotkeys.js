// One hand on the keyboard. A button says its own key (aria-keyshortcuts) and the key presses the button, so the two never differ.

const LETTERS_OFF = "counter-letters-off";
const FUNCTION_KEY = /^F\d+$/;
const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select";

/** Whether single letters and digits are keys; a clerk may switch them off (people who dictate type letters unawares). */
export const lettersOn = () => localStorage.getItem(LETTERS_OFF) === null;

export function switchLetters(on) {
  if (on) localStorage.removeItem(LETTERS_OFF);
  else localStorage.setItem(LETTERS_OFF, "1");
}

/** The name of the key as buttons say it: by its place, so that the input method and Caps Lock don't matter. */
function nameOf(event) {
  if (event.key === "?" || event.key === "？") return "?";
  const place = /^(?:Key|Digit|Numpad)(\w)$/.exec(event.code);
  return place ? place[1] : event.code;
}

/** A field of a sheet that has just closed may still have the focus for a moment. */
const isTyping = (target) => target.matches?.(TYPING) && target.checkVisibility();

/**
 * Listens for keys while `active()`.
 * @param {{active: () => boolean, awake: () => boolean}} when `awake`: whether a key may press something already; a second
 *   press too soon after an answer was meant for the first
 */
export function listenForKeys({ active, awake }) {
  addEventListener("keydown", (event) => {
    if (!active() || event.ctrlKey || event.altKey || event.metaKey) return;
    const name = nameOf(event);
    const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
    if (isTyping(event.target) && !FUNCTION_KEY.test(name)) return;
    if (name === "Space" && event.target !== document.body) return;
    if (name.length === 1 && !lettersOn() && name !== "?") return;
    const ours = [...document.querySelectorAll(`[aria-keyshortcuts="${name}"]`)];
    // The browser's own meaning of a key of ours would only confuse.
    if (ours.length) event.preventDefault();
    if (event.repeat || !awake()) return;
    const meant = ours.filter((each) => !dialog || dialog.contains(each)).find((each) => !each.disabled && each.checkVisibility());
    if (meant?.matches("input")) meant.focus();
    meant?.click();
  });
}
