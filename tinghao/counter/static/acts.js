// What each button does: `actsOf` by the names on the page, `onTicketOf` for a ticket of a list or a sheet.

import { both } from "/assets/web/i18n.js";
import { helpSheet } from "./sheets/help.js";
import { holdSheet } from "./sheets/hold.js";
import { matterSheet } from "/assets/web/staff/sheets/matter.js";
import { serveSheet } from "./sheets/serve.js";
import { outcomesSheet } from "./sheets/outcomes.js";
import { pauseSheet } from "./sheets/pause.js";
import { pickSheet } from "./sheets/pick.js";
import { prioritySheet } from "/assets/web/staff/sheets/priority.js";
import { ticketSheet } from "./sheets/ticket.js";
import { transferSheet } from "/assets/web/staff/sheets/transfer.js";
import { whySheet } from "./sheets/why.js";

/** What the buttons of the page do, by their names. */
export function actsOf(app) {
  const atWindow = (verb, method = "POST") => app.send(method, `/windows/${app.desk.window.id}/${verb}`);
  const withTicket = (verb, body) => app.send("POST", `/tickets/${app.desk.ticket.id}/${verb}`, body);
  const open = (sheet) => app.sheet.open(sheet(app, app.desk.ticket));
  return {
    next: () => atWindow("next"),
    "store-next": () => (app.desk.window.wants_next ? atWindow("store-next", "DELETE") : atWindow("store-next")),
    recall: () => withTicket("recall"),
    start: () => withTicket("start"),
    finish: () => withTicket("finish"),
    "finish-next": () => withTicket("finish", { next: true }),
    undo: () => withTicket("undo"),
    "no-show": () => askNoShow(app),
    outcomes: () => open(outcomesSheet),
    hold: () => open(holdSheet),
    transfer: () => open(transferSheet),
    matter: () => open(matterSheet),
    why: () => open(whySheet),
    details: () => open(ticketSheet),
    chosen: () => app.sheet.open(pickSheet(app, callPurpose(app))),
    priority: () => app.sheet.open(pickSheet(app, priorityPurpose(app))),
    serve: () => app.sheet.open(serveSheet(app)),
    pause: () => app.sheet.open(pauseSheet(app)),
    unpause: () => atWindow("unpause"),
    help: () => app.sheet.open(helpSheet()),
    close: () => askToLeave(app, "close", both("关闭窗口"), () => closeWindow(app)),
    "log-out": () => (app.desk.window ? askToLeave(app, "log-out", both("退出登录"), () => logOut(app)) : logOut(app)),
    "change-window": () => app.choose(true),
    stay: () => app.choose(false),
  };
}

/** What can be done with any ticket: its verb, the ticket. */
export function onTicketOf(app) {
  const send = (verb) => async (ticket) => {
    if (await app.send("POST", `/tickets/${ticket.id}/${verb}`)) app.sheet.close();
  };
  const open = (sheet) => (ticket) => app.sheet.open(sheet(app, ticket));
  return {
    call: send("call"),
    resume: send("resume"),
    "call-back": send("call-back"),
    hold: open(holdSheet),
    transfer: open(transferSheet),
    matter: open(matterSheet),
    priority: open(prioritySheet),
    details: open(ticketSheet),
    cancel: (ticket) => askToCancel(app, ticket),
  };
}

const callPurpose = (app) => ({ name: "chosen", title: both("叫指定号"), send: both("叫此号"), verb: "call", take: (ticket) => app.on("call", ticket) });

const priorityPurpose = (app) => ({ name: "pick-priority", title: both("优先办理哪个号码"), send: both("继续"), verb: "priority", take: (ticket) => app.on("priority", ticket) });

// Confirmations, only where it hurts

function askNoShow(app) {
  const { ticket } = app.desk;
  app.confirm.ask({
    name: "no-show",
    text: both("{number} 没有到窗，标记为过号？", { number: ticket.number }),
    yes: both("确认过号"),
    subject: () => app.stateOf(ticket),
    then: () => app.send("POST", `/tickets/${ticket.id}/no-show`),
  });
}

function askToCancel(app, ticket) {
  app.confirm.ask({
    name: "cancel-ticket",
    text: both("取消号票 {number}？群众需要重新取号。", { number: ticket.number }),
    yes: both("取消号票"),
    subject: () => app.stateOf(ticket),
    then: async () => {
      if (await app.send("POST", `/tickets/${ticket.id}/cancel`)) app.sheet.close();
    },
  });
}

/** Nobody is in the way of a clerk whose line is empty. */
function askToLeave(app, name, yes, then) {
  const { window, waiting } = app.desk;
  if (!waiting.length) return then();
  return app.confirm.ask({
    name,
    text: both("还有 {n} 位群众在等候。确定离开 {window}？", { n: waiting.length, window: window.name }),
    yes,
    subject: () => String(app.desk.window?.id),
    then,
  });
}

/** Moves the clerk, who has another window open. */
export function askToMove(app, from, to) {
  app.confirm.ask({
    name: "move",
    text: both("{from}正在开窗。关闭它，换到{to}？", { from, to: to.name }),
    yes: both("换到{to}", { to: to.name }),
    subject: () => String(to.id),
    then: () => app.openWindow(to.id, true),
  });
}

/** Ends the shift; whether it did. */
async function closeWindow(app) {
  const sent = await app.send("DELETE", `/windows/${app.desk.window.id}/shift`);
  if (sent) app.leftWindow();
  return Boolean(sent);
}

async function logOut(app) {
  // A window without its clerk would look open to the hall.
  if (app.desk.window && !(await closeWindow(app))) return;
  if (await app.send("DELETE", "/sessions/current")) app.leave();
}
