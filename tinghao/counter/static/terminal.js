// The clerk's terminal: log in, open a window, call visitors. Shows only what the server has said; wishes go out one at a time.

import { call } from "/assets/web/api.js";
import { hallTime, setClock } from "/assets/web/clock.js";
import { _, both, pair } from "/assets/web/i18n.js";
import { stationToken } from "/assets/web/station.js";
import { openStream } from "/assets/web/stream.js";
import { drawChoice } from "./choosing.js";
import { Desk } from "./desk.js";
import { make, part, parts } from "./page.js";
import { Wishes } from "./wishes.js";
import { drawWork } from "./working.js";

const SESSION = "clerk-session";
const HOTKEYS = { " ": "next", F2: "recall", F3: "start", F4: "finish", F8: "no-show" };
const MAIN_ACTION = { none: "next", called: "start", serving: "finish" };
const MAIN_ACTIONS = Object.values(MAIN_ACTION);
/** A second press this soon after an answer was meant for the first. */
const DOUBLE_MS = 400;

const station = stationToken();
const wishes = new Wishes(render);
let session = JSON.parse(sessionStorage.getItem(SESSION) ?? "null");
let desk = new Desk();
let stream = null;
let linked = false;
let guides = null;
let refusal = null;
let confirming = false;
let confirmable = false;
let confirmTimer = null;
let settledAt = 0;
let view = null;
let day = null;

// Session

function enter(opened) {
  session = opened;
  sessionStorage.setItem(SESSION, JSON.stringify(opened));
  desk = new Desk();
  stream = openStream({ token: opened.token, onSnapshot, onEvents, onLink });
  loadGuides();
  render();
}

/** Back to the login, with the sentence why. */
function leave(sentence = null) {
  stream?.close();
  stream = null;
  session = null;
  linked = false;
  confirming = false;
  desk = new Desk();
  sessionStorage.removeItem(SESSION);
  refusal = sentence;
  render();
}

const expired = () => leave(both("登录已失效或已在别处退出，请重新登录。"));

async function loadGuides() {
  const { token } = session;
  const answer = await call("GET", "/api/v1/matters", { token }).catch(() => null);
  if (!answer || session?.token !== token) return;
  guides = new Map([...answer.themes, ...answer.matters].map((each) => [each.code, each]));
  render();
}

// Stream

async function onSnapshot(snapshot) {
  desk.replace(snapshot);
  moved();
  if (!guides) loadGuides();
  await setClock();
  render();
}

function onEvents(events) {
  const before = JSON.stringify(desk.window);
  for (const event of events) desk.apply(event);
  if (JSON.stringify(desk.window) !== before) moved();
  render();
}

function onLink(up, refused) {
  linked = up;
  if (refused) expired();
  else render();
}

/** The state at the window is another one: what was asked or refused before no longer fits. */
function moved() {
  wishes.moved();
  refusal = null;
  confirming = false;
}

// Wishes

async function send(method, path, body) {
  const sent = await wishes.send(method, path, session?.token ?? station, body);
  if (!sent) return null;
  settledAt = performance.now();
  refusal = null;
  if (sent.refusal) {
    if (sent.refusal.status === 401 && session) expired();
    else refusal = pair(sent.refusal.message, sent.refusal.english);
  }
  render();
  return sent.refusal ? null : sent;
}

const wish = {
  async "log-in"() {
    const form = part("login");
    const sent = await send("POST", "/sessions", { username: form.username.value, password: form.password.value });
    form.password.value = "";
    if (sent) enter(sent.answer);
    else form.password.focus();
  },
  async open(windowId) {
    const sent = await send("POST", `/windows/${windowId}/shift`);
    if (!sent) return;
    desk.shift = sent.answer;
    render();
  },
  async close() {
    const sent = await send("DELETE", `/windows/${desk.window.id}/shift`);
    if (!sent) return;
    desk.shift = null;
    render();
  },
  async "log-out"() {
    // A window without its clerk would look open to the hall.
    if (desk.window && !(await send("DELETE", `/windows/${desk.window.id}/shift`))) return;
    if (await send("DELETE", "/sessions/current")) leave();
  },
  async next() {
    const sent = await send("POST", `/windows/${desk.window.id}/next`);
    if (sent) took(sent.answer);
  },
  "no-show"() {
    confirming = true;
    // The second press of a double press must not be the answer to the question it has just raised.
    confirmable = false;
    render();
    clearTimeout(confirmTimer);
    confirmTimer = setTimeout(() => {
      confirmable = true;
      drawButtons();
      if (confirming) part('do="confirm-no-show"').focus();
    }, DOUBLE_MS);
  },
  cancel() {
    confirming = false;
    render();
  },
  async "confirm-no-show"() {
    confirming = false;
    await move("no-show");
  },
  recall: () => move("recall"),
  start: () => move("start"),
  finish: () => move("finish"),
};

async function move(verb) {
  const sent = await send("POST", `/tickets/${desk.ticket.id}/${verb}`);
  if (sent) took(sent.answer);
}

function took(ticket) {
  desk.take(ticket);
  render();
}

/** Whether a button may be pressed now. */
function enabled(name) {
  if (wishes.busy) return false;
  if (name === "log-in") return true;
  if (name === "cancel") return confirming;
  if (!linked) return false;
  if (name === "confirm-no-show") return confirmable && desk.possible.includes("no-show");
  if (name === "log-out" && !desk.window) return true;
  return desk.possible.includes(name);
}

function act(name, ...given) {
  if (enabled(name)) wish[name](...given);
}

// Page

function viewNow() {
  if (!station) return "unregistered";
  if (!session) return "login";
  if (!desk.ready) return "connecting";
  return desk.window ? "work" : "choose";
}

function render() {
  const before = view;
  view = viewNow();
  for (const each of parts("view")) each.hidden = each.dataset.view !== view;
  part("stale").hidden = linked || !desk.ready;
  part("hall").textContent = desk.hall?.name ?? both("窗口叫号台").textContent;
  drawClerk();
  if (view === "choose") drawChoice(desk, wishes.busy || !linked);
  if (view === "work") drawWork(desk, guides);
  drawRefusal();
  drawButtons();
  drawClock();
  if (view !== before) part(`view="${view}"`).querySelector("[data-focus]")?.focus();
}

function drawClerk() {
  const clerk = desk.clerk ?? session?.clerk;
  part("clerk").replaceChildren(...(clerk ? [clerk.name, " ", make("span", "badge", clerk.badge)] : []));
  part('do="log-out"').hidden = !session;
}

function drawRefusal() {
  const place = part("refusal", part(`view="${view}"`));
  if (!place) return;
  const text = refusal?.textContent ?? "";
  if (place.textContent !== text) place.replaceChildren(...(refusal ? [refusal.cloneNode(true)] : []));
}

function drawButtons() {
  for (const button of parts("do")) {
    const name = button.dataset.do;
    button.disabled = !enabled(name);
    if (MAIN_ACTIONS.includes(name)) button.classList.toggle("primary", MAIN_ACTION[desk.ticket?.state ?? "none"] === name);
  }
  const held = desk.ticket ? _("请先办结当前号票或标记过号。") : "";
  for (const name of ["close", "log-out"]) part(`do="${name}"`).title = held;
  part("confirm").hidden = !confirming;
  if (confirming) part("confirm-text").replaceChildren(both("{number} 没有到窗，标记为过号？", { number: desk.ticket?.number ?? "" }));
}

function drawClock() {
  if (desk.hall) part("clock").textContent = hallTime("zh-CN", desk.hall.timezone, { hour: "2-digit", minute: "2-digit", hour12: false });
}

addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button || button.disabled) return;
  // A mouse leaves the focus on the button, where the space bar would press it instead of calling the next visitor.
  if (event.detail > 0 && view === "work") button.blur();
  if (button.dataset.open) {
    if (linked && !wishes.busy) wish.open(button.dataset.id);
  } else if (button.type !== "submit") act(button.dataset.do);
});

part("login").addEventListener("submit", (event) => {
  event.preventDefault();
  act("log-in");
});

addEventListener("keydown", (event) => {
  if (view !== "work" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") return act("cancel");
  const name = HOTKEYS[event.key];
  if (!name || (event.key === " " && event.target !== document.body)) return;
  event.preventDefault();
  if (!event.repeat && !confirming && performance.now() - settledAt > DOUBLE_MS) act(name);
});

setInterval(() => {
  if (!desk.ready) return;
  const today = hallTime("zh-CN", desk.hall.timezone, { dateStyle: "short" });
  if (day && day !== today) stream.refresh();
  day = today;
  render();
}, 1000);

if (station && session) enter(session);
else render();
