// The hall board: newest call on top, who is at which window, how many wait.

import { _, both, pair } from "/assets/web/i18n.js";
import { fit } from "./fit.js";
import { isCall, isOver } from "./hall.js";
import { layoutVersion, make, part, startScreen } from "./screen.js";

const FRESH_MS = 4800;
const PAGE_SECONDS = 6;
const REMEMBERED = 500;
const RETRY_MS = 30_000;
const upright = matchMedia("(orientation: portrait)");

const shownSince = new Map();
const announced = new Set();
let voice = null;
let seconds = 0;
let inTime = false;

// The board shows calls even where the voice cannot be had.
import("./announcer.js").then(({ Announcer }) => {
  voice = new Announcer({ base: "/assets/display/voice/" });
  voice.onLock = showSound;
  // What is heard can be seen, by whoever looks into a board that seems silent.
  voice.onStart = (_call, text) => (part("screen").dataset.spoken = text);
  showSound();
  loadVoice();
}, console.warn);

function loadVoice() {
  voice.load().catch(() => setTimeout(loadVoice, RETRY_MS));
}

function showSound() {
  part("sound").hidden = !voice.locked;
  if (!voice.locked) announceUnanswered();
}

for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => voice?.locked && voice.unlock());

/** Rings and speaks a call once; a recall is a call of its own. */
function announce({ ticket, number, recalls, called_at }) {
  // What nobody could hear now is not kept for later: when sound comes, only calls still fresh are made up for.
  if (!voice || voice.locked) return;
  const id = `${ticket}@${called_at}#${recalls}`;
  if (announced.has(id)) return;
  announced.add(id);
  if (announced.size > REMEMBERED) announced.delete(announced.values().next().value);
  voice.announce({ number: ticket, window: number, id });
}

function announceUnanswered() {
  if (inTime) hall.unanswered().forEach(announce);
}

function render(hall) {
  if (part("hall").dataset.name !== hall.hall.name) {
    part("hall").dataset.name = hall.hall.name;
    part("hall").replaceChildren(pair(hall.hall.name, hall.hall.name_en));
  }
  renderCalls(hall);
  renderWindows(hall);
  renderZones(hall);
}

function renderCalls(hall) {
  const calls = hall.calls();
  const keys = calls.map(keyOf);
  // What a board finds when it starts is no news.
  for (const key of keys) if (!shownSince.has(key)) shownSince.set(key, inTime ? performance.now() : -Infinity);
  for (const key of shownSince.keys()) if (!keys.includes(key)) shownSince.delete(key);
  renderNewest(hall, calls[0]);
  const list = part("earlier");
  const rows = calls.slice(1, 1 + capacity(list)).map((call) => {
    const row = make("li", "", callText(call));
    markFresh(row, call);
    return row;
  });
  list.replaceChildren(...rows, ...blanks(list, rows));
  for (const row of rows) fit(row.firstElementChild, upright.matches ? 5 : 4);
}

function renderNewest(hall, call) {
  const hero = part("hero");
  if (call) markFresh(hero, call);
  else hero.removeAttribute("data-fresh");
  // Drawn anew only when something else is to be seen: the flashing goes on, and nothing is read out twice.
  const key = call ? `${keyOf(call)} ${call.to.name} ${layoutVersion()}` : "";
  if (hero.dataset.key === key) return;
  hero.dataset.key = key;
  part("calm").hidden = Boolean(call);
  part("newest").replaceChildren();
  part("place").replaceChildren();
  if (!call) return;
  const text = callText(call);
  part("newest").append(text);
  const zone = hall.zone(call.to.zone);
  if (zone) part("place").append(pair(zone.floor == null ? zone.name : `${_("{n}楼", { n: zone.floor })} · ${zone.name}`, call.to.name_en));
  fit(text, upright.matches ? 13 : 15);
  if (hero.hasAttribute("data-fresh")) restart(hero);
}

// A new call that displaces one still flashing flashes for its own full time.
function restart(element) {
  element.style.animationName = "none";
  void element.offsetWidth;
  element.style.animationName = "";
}

function callText({ number, to }) {
  const text = make("div", "call", make("span", "number", number), make("span", "target", make("span", "arrow", " → "), make("span", "to", to.name)));
  text.dataset.call = number;
  return text;
}

const keyOf = ({ number, at }) => `${number}@${at}`;

function markFresh(element, call) {
  element.toggleAttribute("data-fresh", performance.now() - shownSince.get(keyOf(call)) < FRESH_MS);
}

function renderWindows(hall) {
  const rows = turn(part("windows"), hall.busy(), part("windows-page")).map((window) => {
    const state = window.state === "called" ? both("请到窗口") : both("办理中");
    const place = make("span", "cell-place", make("span", "cell-window", window.name), make("span", "cell-state", state));
    const row = make("li", "", place, make("span", "cell-number number", window.ticket));
    row.dataset.window = window.number;
    row.dataset.state = window.state;
    return row;
  });
  part("windows").replaceChildren(...rows, ...blanks(part("windows"), rows));
}

function renderZones(hall) {
  const rows = turn(part("zones"), hall.waiting(), part("zones-page")).map(({ zone, waiting }) => {
    const count = make("span", "cell-number number", String(waiting), make("span", "unit", _("人")));
    const row = make("li", "", make("span", "cell-name", pair(zone.name, zone.name_en)), count);
    row.dataset.zone = zone.code;
    row.dataset.waiting = waiting;
    return row;
  });
  part("zones").replaceChildren(...rows);
}

function capacity(list) {
  const style = getComputedStyle(list);
  return Number(style.getPropertyValue("--rows")) * Number(style.getPropertyValue("--columns"));
}

/** Faint empty places, so that the board keeps its shape in a quiet hour. */
function blanks(list, rows) {
  return Array.from({ length: Math.max(0, capacity(list) - rows.length) }, () => {
    const blank = make("li", "blank");
    blank.setAttribute("aria-hidden", "true");
    return blank;
  });
}

/** The rows of the page whose turn it is. */
function turn(list, rows, indicator) {
  const size = capacity(list);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const page = Math.floor(seconds / PAGE_SECONDS) % pages;
  indicator.hidden = pages === 1;
  indicator.textContent = `${page + 1} / ${pages}`;
  return rows.slice(page * size, (page + 1) * size);
}

const hall = startScreen({
  render,
  onLive(event) {
    if (isCall(event)) announce({ ...hall.window(event.window.id), ...event.window });
    if (isOver(event)) voice?.withdraw(event.number);
  },
  onReturn() {
    inTime = true;
    announceUnanswered();
  },
  onSecond() {
    seconds += 1;
    render(hall);
  },
});
