// The desk: log in, take numbers for others, find tickets and set them right, see every line. Shows only what the server has said.

import { Refusal, call } from "/assets/web/api.js";
import { hallTime, setClock } from "/assets/web/clock.js";
import { both, pair } from "/assets/web/i18n.js";
import { stationToken } from "/assets/web/station.js";
import { openStream } from "/assets/web/stream.js";
import { Matters } from "/assets/web/staff/matters.js";
import { make, part, parts, say, write } from "/assets/web/staff/page.js";
import { Sheet } from "/assets/web/staff/sheet.js";
import { Wishes } from "/assets/web/staff/wishes.js";
import { Finding } from "./finding.js";
import { HallNow } from "./hall_now.js";
import { drawAlerts, drawOverview } from "./overview.js";
import { sheets } from "./sheets/all.js";
import { Taking } from "./taking.js";

const SESSION = "desk-session";
const ROLES = ["guide", "manager"];
const TAB_KEYS = { F2: "take", F3: "find" };

const app = {
  desk: new HallNow(),
  matters: new Matters(),
  printers: [],
  session: JSON.parse(sessionStorage.getItem(SESSION) ?? "null"),
  linked: false,
  tabs: { task: "take", overview: "lines" },
  /** Whether a wish can be sent now. */
  get ready() {
    return app.linked && !wishes.busy;
  },
  /** What a sheet about a ticket depends on. */
  stateOf: (ticket) => JSON.stringify([app.finding.newest(ticket).state, app.finding.newest(ticket).line]),
  send,
  read,
  refuse,
  openSheet: (name, ...given) => app.sheet.open(sheets[name](app, ...given)),
  /** Shows a ticket with its story. */
  openTicket(ticketId) {
    choose("task", "find");
    app.finding.open(ticketId);
  },
  loadPrinters,
  render,
};
const station = stationToken();
const wishes = new Wishes(render);
app.sheet = new Sheet(app);
app.taking = new Taking(app);
app.finding = new Finding(app);
let stream = null;
let refusal = null;
let view = null;
let day = null;

// Session

function enter(opened) {
  app.session = opened;
  sessionStorage.setItem(SESSION, JSON.stringify(opened));
  app.desk = new HallNow();
  stream = openStream({ token: opened.token, onSnapshot, onEvents, onLink });
  loadMatters();
  loadPrinters();
  render();
}

/** Back to the login, with the sentence why; nothing of a visitor stays on the page. */
function leave(sentence = null) {
  stream?.close();
  stream = null;
  app.session = null;
  app.linked = false;
  app.desk = new HallNow();
  app.sheet.close();
  app.taking.clear();
  app.finding.clear();
  sessionStorage.removeItem(SESSION);
  refusal = sentence;
  render();
}

const expired = () => leave(both("登录已失效或已在别处退出，请重新登录。"));

async function loadMatters() {
  const answer = await read("/matters", () => undefined);
  if (!answer) return;
  app.matters.take(answer);
  app.taking.show();
  render();
}

async function loadPrinters() {
  const answer = await read("/stations/printers", () => undefined);
  if (answer) app.printers = answer.stations;
  render();
}

// Stream

async function onSnapshot(snapshot) {
  app.desk.replace(snapshot);
  app.finding.heard();
  if (!app.matters.known) loadMatters();
  await setClock();
  render();
}

function onEvents(events) {
  for (const event of events) app.desk.apply(event);
  app.finding.heard(events);
  if (events.some((event) => event.kind === "hall.imported")) loadMatters();
  render();
}

function onLink(up, refused) {
  app.linked = up;
  if (refused) expired();
  else render();
}

// Wishes

/** Sends a wish; its answer, or null when it was refused: then the sentence is said. */
async function send(method, path, body, say = refuse) {
  const heard = app.desk.heard;
  const sent = await wishes.send(method, path, app.session?.token ?? station, body);
  if (!sent) return null;
  refusal = null;
  if (sent.refusal) {
    if (sent.refusal.status === 401 && app.session) expired();
    else say(pair(sent.refusal.message, sent.refusal.english));
    return null;
  }
  app.desk.take(sent.answer, heard);
  app.finding.heard();
  render();
  return sent.answer ?? {};
}

/** Asks for something to read; null when it was refused. */
async function read(path, say = refuse) {
  const token = app.session?.token;
  try {
    const answer = await call("GET", `/api/v1${path}`, { token });
    return app.session?.token === token ? answer : null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (app.session?.token !== token) return null;
    if (error.status === 401) expired();
    else say(pair(error.message, error.english));
    return null;
  }
}

/** Says on the page why something can't be; null takes it back. */
function refuse(sentence) {
  refusal = sentence;
  render();
}

async function logIn() {
  const form = part("login");
  const opened = await send("POST", "/sessions", { username: form.username.value, password: form.password.value });
  form.password.value = "";
  if (!opened) return form.password.focus();
  if (ROLES.includes(opened.clerk.role)) return enter(opened);
  await call("DELETE", "/api/v1/sessions/current", { token: opened.token }).catch(() => null);
  refuse(both("导办台供导办和管理人员使用，窗口人员请在窗口叫号台登录。"));
}

const acts = {
  "log-in": logIn,
  "log-out": async () => (await send("DELETE", "/sessions/current")) && leave(),
  clear: () => app.taking.clear(),
};

// Page

function viewNow() {
  if (!station) return "unregistered";
  if (!app.session) return "login";
  return app.desk.ready ? "work" : "connecting";
}

function choose(group, name) {
  app.tabs[group] = name;
  refusal = null;
  render();
  if (group === "task") (name === "take" ? app.taking : app.finding).focus();
}

function render() {
  const before = view;
  view = viewNow();
  for (const each of parts("view")) each.hidden = each.dataset.view !== view;
  part("stale").hidden = app.linked || !app.desk.ready;
  write(part("hall"), app.desk.hall?.name ?? both("导办台").textContent);
  drawPerson();
  drawAlerts(app.desk);
  for (const button of parts("do")) button.disabled = wishes.busy || (view === "work" && !app.linked);
  if (view === "work") drawWork();
  const place = part("refusal", part(`view="${view}"`));
  if (place) say(place, refusal?.cloneNode(true) ?? null);
  app.sheet.draw();
  if (view !== before) (view === "work" ? app.taking.focus() : part(`view="${view}"`).querySelector("[data-focus]")?.focus());
}

function drawWork() {
  for (const group of parts("tabs")) {
    for (const button of parts("tab", group)) {
      const chosen = button.dataset.tab === app.tabs[group.dataset.tabs];
      button.setAttribute("aria-current", String(chosen));
      part(`panel="${button.dataset.tab}"`).hidden = !chosen;
    }
  }
  app.taking.draw();
  app.finding.draw();
  drawOverview(app);
  drawClock();
}

function drawPerson() {
  const person = app.session?.clerk;
  const shown = person ? `${person.name} ${person.badge}` : "";
  if (part("person").textContent !== shown) part("person").replaceChildren(...(person ? [person.name, " ", make("span", "badge", person.badge)] : []));
  part('do="log-out"').hidden = !app.session;
}

function drawClock() {
  write(part("clock"), hallTime("zh-CN", app.desk.hall.timezone, { hour: "2-digit", minute: "2-digit", hour12: false }));
}

addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button || button.disabled) return;
  if (button.dataset.tab) choose(button.parentElement.dataset.tabs, button.dataset.tab);
  else if (button.dataset.open) app.openTicket(Number(button.dataset.open));
  else if (button.dataset.profile) app.openSheet("profile", app.desk.windows.find((each) => each.id === Number(button.dataset.profile)));
  else if (button.type !== "submit") acts[button.dataset.do]?.();
});

part("login").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!wishes.busy) logIn();
});

addEventListener("keydown", (event) => {
  const name = TAB_KEYS[event.key];
  if (!name || view !== "work" || app.sheet.name || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  choose("task", name);
});

setInterval(() => {
  if (!app.desk.ready) return;
  const today = hallTime("zh-CN", app.desk.hall.timezone, { dateStyle: "short" });
  if (day && day !== today) stream.refresh();
  day = today;
  render();
}, 1000);

// A kiosk that comes or goes makes no event.
setInterval(() => {
  if (app.session && app.linked) loadPrinters();
}, 10_000);

if (station && app.session) enter(app.session);
else render();
