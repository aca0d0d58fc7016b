// ?: all keys, read from the buttons themselves.

import { both } from "/assets/web/i18n.js";
import { lettersOn, switchLetters } from "../hotkeys.js";
import { make } from "/assets/web/staff/page.js";
import { tick } from "/assets/web/staff/fields.js";

export function helpSheet() {
  const letters = tick("letters", both("使用单个字母和数字作快捷键"));
  const input = letters.querySelector("input");
  input.checked = lettersOn();
  input.addEventListener("change", () => switchLetters(input.checked));
  return { name: "help", title: both("快捷键"), body: [make("dl", "keys", ...keys()), letters] };
}

function keys() {
  const buttons = [...document.querySelectorAll("main [aria-keyshortcuts]")];
  return buttons.map((button) => {
    const text = button.querySelector(".action-text").cloneNode(true);
    text.querySelector("[data-count]")?.remove();
    return make("div", "", make("dt", "", make("kbd", "", button.querySelector("kbd").textContent)), make("dd", "", text));
  });
}
