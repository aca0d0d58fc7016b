// Finding a ticket by its number or the visitor's last four, and its whole story with all that can be done with it.

import { both, pair } from "/assets/web/i18n.js";
import { keyed, make, makeButton, part, say, write } from "/assets/web/staff/page.js";
import { facts, marks, whereabouts } from "/assets/web/staff/ticket_words.js";
import { history } from "./history.js";
import { printWords } from "./taking.js";

const VERBS = [
  ["call-back", "重新排队", ["no_show"]],
  ["resume", "恢复等候", ["held"]],
  ["priority", "优先", ["waiting", "held", "no_show"]],
  ["transfer", "转办", ["waiting", "held"]],
  ["matter", "变更事项", ["waiting", "held"]],
  ["reprint", "补打号票", ["waiting", "called", "serving", "held", "no_show"]],
  ["why", "为什么先叫", null],
  ["cancel", "取消号票", ["waiting", "held", "no_show"]],
];

export class Finding {
  #app;
  #found = null;
  #story = null;
  #shown = "";
  #reading = 0;

  constructor(app) {
    this.#app = app;
    part("find").addEventListener("submit", (event) => {
      event.preventDefault();
      if (app.ready) this.#find(part("find").query.value.trim().toUpperCase());
    });
    part("story").addEventListener("click", (event) => {
      const button = event.target.closest("[data-on]");
      if (button && !button.disabled) this.#on(button.dataset.on);
    });
  }

  focus() {
    part("find").query.select();
    part("find").query.focus();
  }

  /** Forgets what was found. */
  clear() {
    part("find").reset();
    this.#found = null;
    this.#story = null;
    this.draw();
  }

  /** Shows the ticket with its story. */
  async open(ticketId) {
    const story = await this.#read(ticketId);
    if (story) this.#story = story;
    this.#app.render();
    part("story").scrollTop = 0;
  }

  /** Something has happened: the story that is shown is read anew if it is about that. */
  async heard(events = null) {
    if (!this.#story) return;
    const mine = this.#story.id;
    if (events && !events.some((event) => event.ticket?.id === mine)) return;
    const story = await this.#read(mine);
    if (story && this.#story?.id === mine) this.#story = story;
    this.#app.render();
  }

  /** The ticket as it is known best. */
  newest(ticket) {
    if (this.#story?.id === ticket.id) return this.#app.desk.ticket(ticket.id) ?? this.#story;
    return this.#app.desk.ticket(ticket.id) ?? ticket;
  }

  draw() {
    this.#drawFound();
    this.#drawStory();
  }

  async #find(query) {
    const answer = await this.#app.read(`/tickets?q=${encodeURIComponent(query)}`);
    if (!answer) return;
    this.#app.refuse(null);
    this.#found = answer.tickets;
    if (answer.tickets.length === 1) await this.open(answer.tickets[0].id);
    this.#app.render();
  }

  /** The latest asked-for story; null when a later question was asked meanwhile. */
  async #read(ticketId) {
    this.#reading += 1;
    const asked = this.#reading;
    const answer = await this.#app.read(`/tickets/${ticketId}`);
    return answer && asked === this.#reading ? { ...(answer.ticket ?? answer), ...answer } : null;
  }

  async #on(verb) {
    const ticket = this.newest(this.#story);
    if (verb === "resume") return this.#app.send("POST", `/tickets/${ticket.id}/resume`, {});
    if (verb === "reprint") await this.#app.loadPrinters();
    this.#app.openSheet(verb, ticket);
    return null;
  }

  #drawFound() {
    const place = part("results");
    const found = this.#found?.map((ticket) => this.newest(ticket));
    const rows = found?.length ? found : [null];
    keyed(place, rows, {
      key: (ticket) => ticket?.id ?? `nothing ${found === undefined}`,
      create(ticket) {
        if (!ticket) return make("p", "nothing", found ? both("今天没有这个号码") : both("输入后按回车查询"));
        const button = makeButton("row-open", "");
        button.dataset.open = ticket.id;
        button.replaceChildren(make("span", "number", ticket.number), make("span", "matter"), make("span", "where"));
        return button;
      },
      update: (button, ticket) => {
        if (!ticket) return;
        const [, matter, where] = button.children;
        write(matter, [ticket.visitor?.name, ticket.matter_name].filter(Boolean).join(" · "));
        say(where, ticket.state === "no_show" ? both("已过号") : whereabouts(ticket, this.#app));
        button.setAttribute("aria-current", String(ticket.id === this.#story?.id));
      },
    });
  }

  #drawStory() {
    const place = part("story");
    const story = this.#story;
    const ticket = story && this.newest(story);
    const shown = JSON.stringify([story, ticket, this.#app.desk.hall?.timezone]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      // Buttons drawn anew must not lose the focus of who works with the keyboard.
      const focused = document.activeElement?.dataset?.on;
      place.replaceChildren(...(ticket ? this.#parts(ticket, story) : [make("p", "nothing", both("查询号票后，这里显示它的全部经过。"))]));
      if (focused) part(`on="${focused}"`, place)?.focus();
    }
    for (const button of place.querySelectorAll("[data-on]")) button.disabled = !this.#app.ready;
  }

  #parts(ticket, story) {
    const { desk } = this.#app;
    const line = desk.lines.find((each) => each.id === ticket.line);
    const verbs = VERBS.filter(([, , states]) => !states || states.includes(ticket.state)).map(([verb, text]) => {
      const button = makeButton(verb === "cancel" ? "danger" : "", both(text));
      button.dataset.on = verb;
      return button;
    });
    return [
      make("header", "", make("h2", "ticket-number number", ticket.number), make("p", "state", stateWords(ticket, this.#app)), make("p", "marks", ...marks(ticket, desk))),
      make("dl", "facts", ...facts(ticket, this.#app), make("dt", "", both("队列")), make("dd", "", line ? pair(`${line.prefix} ${line.name}`, line.name_en) : ""), make("dt", "", both("纸票")), make("dd", "", printWords(ticket.print))),
      make("div", "verbs", ...verbs),
      ...history(story, desk),
    ];
  }
}

const stateWords = (ticket, app) => (ticket.state === "waiting" ? both("等候中") : ticket.state === "no_show" ? both("已过号") : whereabouts(ticket, { ...app, linked: false, desk: app.desk }));
