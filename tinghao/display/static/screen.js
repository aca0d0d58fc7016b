// What every screen of the hall does alike: token, stream, clock, and saying plainly when it may be out of date.

import { hallTime, setClock } from "/assets/web/clock.js";
import { both } from "/assets/web/i18n.js";
import { stationToken } from "/assets/web/station.js";
import { openStream } from "/assets/web/stream.js";
import { Hall } from "./hall.js";

export const part = (name) => document.querySelector(`[data-${name}]`);

/**
 * Starts a screen.
 * @param {object} screen
 * @param {(hall: Hall) => void} screen.render draws everything; called after each change
 * @param {(event: object) => void} [screen.onLive] an event that happens now
 * @param {() => void} [screen.onReturn] the state is right again after start or a gap
 * @param {() => void} [screen.onSecond] each second
 * @returns {Hall} the hall as the screen knows it
 */
export function startScreen({ render, onLive, onReturn, onSecond }) {
  const hall = new Hall();
  const token = stationToken();
  if (!token) {
    fault(both("本屏幕尚未登记，请管理员打开登记地址。"));
    return hall;
  }
  let refusal = false;
  const stream = openStream({
    token,
    async onSnapshot(snapshot) {
      hall.replace(snapshot);
      showTime(hall.hall.timezone);
      render(hall);
      await setClock();
      render(hall);
      onReturn?.();
    },
    onEvents(events, missed) {
      for (const event of events) hall.apply(event);
      render(hall);
      if (missed) onReturn?.();
      else events.forEach((event) => onLive?.(event));
    },
    onLink(up, refused) {
      part("screen").dataset.link = up ? "up" : "down";
      part("stale").hidden = up;
      if (up && refusal) part("fault").hidden = true;
      refusal = !up && (refusal || Boolean(refused));
      if (refused) fault(both("本屏幕的登记已失效，请联系管理员。"));
    },
  });
  let day = null;
  setInterval(() => {
    if (!hall.hall) return;
    showTime(hall.hall.timezone);
    const today = hallTime("zh-CN", hall.hall.timezone, { dateStyle: "short" });
    if (day && day !== today) stream.refresh();
    day = today;
    onSecond?.();
  }, 1000);
  const layOut = () => {
    layout += 1;
    if (hall.hall) render(hall);
  };
  addEventListener("resize", layOut);
  // The first measure of a text may have been of a substitute for its font.
  document.fonts.addEventListener("loadingdone", layOut);
  return hall;
}

let layout = 0;

/** Changes whenever what was measured has to be measured again. */
export const layoutVersion = () => layout;

/** Covers the screen with a sentence for the staff. */
export function fault(sentence) {
  part("fault").replaceChildren(sentence);
  part("fault").hidden = false;
}

/** Shows the hall's time and, where there is a place for it, the date. */
export function showTime(zone) {
  part("clock").textContent = hallTime("zh-CN", zone, { hour: "2-digit", minute: "2-digit", hour12: false });
  const date = part("date");
  if (!date) return;
  const zh = hallTime("zh-CN", zone, { year: "numeric", month: "long", day: "numeric", weekday: "long" });
  if (date.dataset.shown === zh) return;
  date.dataset.shown = zh;
  const en = hallTime("en-GB", zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  date.replaceChildren(span("zh", zh), " ", span("en", en));
}

/** An element with a class and text or children. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

const span = (name, text) => {
  const element = make("span", name, text);
  element.lang = name === "zh" ? "zh-CN" : "en";
  return element;
};
