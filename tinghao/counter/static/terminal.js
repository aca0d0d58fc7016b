// The clerk's terminal: log in, open a window, serve visitors. Shows only what the server has said; wishes go out one at a time.

import { Refusal, call } from "/assets/web/api.js";
import { hallTime, now, setClock } from "/assets/web/clock.js";
import { both, pair } from "/assets/web/i18n.js";
import { stationToken } from "/assets/web/station.js";
import { actsOf, askToMove, onTicketOf } from "./acts.js";
import { Confirm } from "./confirm.js";
import { Desk } from "./desk.js";
import { drawPage, viewOf } from "./drawing.js";
import { listenForKeys } from "./hotkeys.js";
import { Matters } from "/assets/web/staff/matters.js";
import { Order } from "./order.js";
import { part } from "/assets/web/staff/page.js";
import { possible, possibleWith } from "./possible.js";
import { listenForPresses } from "./presses.js";
import { Reasons } from "./reasons.js";
import { Session } from "./session.js";
import { Sheet } from "/assets/web/staff/sheet.js";
import { ticketSheet } from "./sheets/ticket.js";
import { Wishes } from "/assets/web/staff/wishes.js";

/** A second press this soon after an answer was meant for the first. */
const DOUBLE_MS = 400;

let settledAt = 0;
let day = null;

const app = {
  station: stationToken(),
  session: new Session({ onSnapshot, onEvents, onLink }),
  desk: new Desk(),
  matters: new Matters(),
  wishes: new Wishes(() => render()),
  linked: false,
  /** When the link was lost. */
  lostAt: null,
  refused: null,
  tab: "waiting",
  /** Whether another window is being chosen while one is open. */
  choosing: false,

  /** Whether a wish could go out now. */
  get ready() {
    return this.linked && !this.wishes.busy;
  },
  possibleWith: (ticket) => possibleWith(app.desk, ticket),
  /** What a question or a sheet about a ticket rests on. */
  stateOf({ id }) {
    const ticket = this.desk.ticketOf(id);
    return ticket ? `${ticket.state} ${ticket.window} ${ticket.line}` : "";
  },

  /** Sends a wish and takes what the answer tells; null when it was refused, which is then said on the page or in the sheet. */
  async send(method, path, body = method === "POST" ? {} : undefined, refuse = (sentence) => this.refuse(sentence)) {
    const { refusal, answer } = (await ask(method, path, body)) ?? {};
    if (refusal) refuse(pair(refusal.message, refusal.english));
    return answer === undefined ? null : { answer };
  },

  /** Reads something; null when it can't be had. In a sheet the refusal is said. */
  async read(path) {
    const { token } = this.session;
    try {
      return await call("GET", `/api/v1${path}`, { token });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (token !== this.session.token) return null;
      if (refusal.status === 401) expired();
      else if (this.sheet.name === "why" || this.sheet.name === "chosen") this.sheet.refuse(pair(refusal.message, refusal.english));
      return null;
    }
  },

  /** Says why something can't be: in the sheet that is open, else on the page. */
  refuse(sentence) {
    if (this.sheet.name) this.sheet.refuse(sentence);
    else {
      this.refused = sentence;
      render();
    }
  },

  /** Finds one of today's tickets that this page doesn't hold. */
  async lookUp(number) {
    const answer = await this.read(`/tickets?q=${encodeURIComponent(number)}`);
    if (!answer) return;
    const [ticket] = answer.tickets;
    if (ticket) this.sheet.open(ticketSheet(this, ticket));
    else this.sheet.refuse(both("今天没有号码 {number}。", { number }));
  },

  async openWindow(id, move = false) {
    const { refusal, answer } = (await ask("POST", `/windows/${id}/shift`, move ? { move } : {})) ?? {};
    const to = this.desk.windows.find((each) => each.id === id);
    if (refusal?.code === "open-elsewhere") askToMove(this, this.desk.window?.name ?? both("其他窗口").textContent, to);
    else if (refusal) this.refuse(pair(refusal.message, refusal.english));
    if (!answer) return;
    this.desk.shift = answer;
    this.choosing = false;
    this.order.want(id);
    render();
  },

  leftWindow() {
    this.desk.shift = null;
    this.order.want(null);
    render();
  },

  /** Shows the windows to choose from, or goes back to the one that is open. */
  choose(choosing) {
    this.choosing = choosing;
    this.refused = null;
    render();
  },

  on: (verb, ticket) => app.ready && onTicket[verb](ticket),
  leave,
};
app.order = new Order(
  (path) => app.read(path),
  (order) => {
    // With the link down the list stays as it was told last.
    if (order || app.linked) app.desk.order = order;
    render();
  },
  (lines) => app.desk.takeWaits(lines),
);
app.reasons = new Reasons((path) => app.read(path), () => render());
app.sheet = new Sheet(app);
app.confirm = new Confirm(app);

const onTicket = onTicketOf(app);
const acts = { ...actsOf(app), "log-in": logIn };

// Session

async function logIn() {
  const form = part("login");
  const sent = await app.send("POST", "/sessions", { username: form.username.value, password: form.password.value });
  form.password.value = "";
  if (sent) enter(sent.answer);
  else form.password.focus();
}

function enter(opened) {
  app.desk = new Desk();
  app.session.enter(opened);
  loadMatters();
  render();
}

/** Back to the login, with the sentence why. */
function leave(sentence = null) {
  app.session.leave();
  app.order.want(null);
  app.sheet.close();
  app.confirm.close();
  Object.assign(app, { desk: new Desk(), linked: false, choosing: false, refused: sentence });
  render();
}

const expired = () => leave(both("登录已失效或已在别处退出，请重新登录。"));

async function loadMatters() {
  const answer = await app.read("/matters");
  if (answer) app.matters.take(answer);
  render();
}

// Stream

async function onSnapshot(snapshot) {
  app.desk.replace(snapshot);
  moved();
  if (!app.matters.known) loadMatters();
  app.order.want(app.desk.window?.id);
  await setClock();
  render();
}

function onEvents(events) {
  const { desk, wishes } = app;
  const before = JSON.stringify(desk.window);
  const { shift } = desk;
  for (const event of events) desk.apply(event);
  if (JSON.stringify(desk.window) !== before || events.some(({ ticket }) => ticket && wishes.concerns(ticket.id))) moved();
  if (events.some(touchesOwn)) app.order.want(desk.window?.id);
  // Somebody else has closed the window or the clerk has opened one elsewhere: only the whole picture tells which.
  const elsewhere = (event) => event.kind === "window.opened" && event.window.clerk === desk.clerk.name && !wishes.busy;
  if ((shift && !desk.shift) || (!desk.shift && events.some(elsewhere))) app.session.refresh();
  render();
}

const touchesOwn = ({ ticket, line, window }) =>
  app.desk.window && ((ticket && app.desk.isOwn(ticket)) || app.desk.window.lines.includes(line?.id) || window?.id === app.desk.window.id);

function onLink(up, refused) {
  if (app.linked && !up) {
    app.lostAt = now();
    app.refused = null;
  }
  app.linked = up;
  if (refused) return expired();
  if (up) app.reasons.retry();
  app.order.want(up ? app.desk.window?.id : null);
  render();
}

/** The state at the window is another one: what was asked or refused before no longer fits. */
function moved() {
  app.wishes.moved();
  app.refused = null;
}

// Wishes

/** Sends a wish; the stream's word counts more than an answer that comes after it. */
async function ask(method, path, body) {
  const { heard } = app.desk;
  app.refused = null;
  const sent = await app.wishes.send(method, path, app.session.token ?? app.station, body);
  settledAt = performance.now();
  if (sent?.refusal?.status === 401 && app.session.token) {
    expired();
    return null;
  }
  if (sent?.answer) app.desk.take(sent.answer, heard);
  render();
  return sent;
}

/** Whether a button may be pressed now. */
function enabled(name) {
  if (name === "help") return true;
  if (app.wishes.busy) return false;
  if (name === "log-in") return true;
  if (name === "stay") return app.choosing;
  return app.linked && possible(app.desk).has(name);
}

function act(name) {
  if (enabled(name)) acts[name]();
}

// Page

function render() {
  drawPage(app, enabled);
  app.sheet.draw();
  app.confirm.draw();
}

listenForPresses(app, {
  showTab(tab) {
    app.tab = tab;
    part("list-panel").scrollTop = 0;
    render();
  },
  act: (name) => acts[name] && act(name),
});

part("login").addEventListener("submit", (event) => {
  event.preventDefault();
  act("log-in");
});

listenForKeys({ active: () => viewOf(app) === "work", awake: () => performance.now() - settledAt > DOUBLE_MS });

setInterval(() => {
  const { desk } = app;
  if (!desk.ready) return;
  const today = hallTime("zh-CN", desk.hall.timezone, { dateStyle: "short" });
  if (day && day !== today) app.session.refresh();
  day = today;
  render();
}, 1000);

if (app.station && app.session.opened) enter(app.session.opened);
else render();
