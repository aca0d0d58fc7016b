// A number for somebody: the matter by name, pinyin or initials, who he is, what speaks for going before others.

import { _, both, english, pair } from "/assets/web/i18n.js";
import { findMatter } from "/assets/web/staff/fields.js";
import { make, makeButton, part, say } from "/assets/web/staff/page.js";
import { instantOf } from "./times.js";

export class Taking {
  #app;
  #form = part("take");
  #issued = null;
  #classes = "";
  #offered = "";

  constructor(app) {
    this.#app = app;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (app.ready) this.#take();
    });
    this.#form.addEventListener("change", () => this.draw());
    this.#form.addEventListener("input", () => this.draw());
  }

  /** Shows the matters that are known now. */
  show() {
    part("find-matter").replaceChildren(findMatter(this.#app.matters));
    this.draw();
  }

  focus() {
    part("find-matter").querySelector("input")?.focus();
  }

  /** An empty form for the next one; what was issued goes too. */
  clear() {
    this.#form.reset();
    this.#issued = null;
    this.show();
    this.focus();
  }

  draw() {
    const { desk } = this.#app;
    if (!desk.ready) return;
    this.#drawClasses();
    this.#drawPrinters();
    say(part("where"), this.#whereTo());
    this.#form.why.required = Boolean(this.#form.priority.value);
    part('do="take"').disabled = !this.#app.ready || !this.#matter;
    part("issued").hidden = !this.#issued;
    if (this.#issued) this.#drawIssued();
  }

  get #matter() {
    return this.#app.matters.guide(new FormData(this.#form).get("matter") ?? "");
  }

  #whereTo() {
    const matter = this.#matter;
    if (!matter) return both("请先选择办理事项");
    const line = this.#app.desk.lines.find((each) => each.id === matter.line);
    if (!line) return null;
    return withWait("{line}：等候 {n} 人", { line: `${line.prefix} ${line.name}`, n: line.waiting }, line.wait);
  }

  #drawClasses() {
    const { priorities } = this.#app.desk;
    const classes = JSON.stringify(priorities);
    if (classes === this.#classes) return;
    this.#classes = classes;
    const others = priorities.slice(1).map((each) => option(each.code, each.name));
    part("priorities").replaceChildren(option("", _("按规则")), ...others);
  }

  #drawPrinters() {
    const { printers } = this.#app;
    const offered = JSON.stringify(printers);
    if (offered === this.#offered) return;
    this.#offered = offered;
    const place = part("printers");
    const there = printers.filter((each) => each.there);
    place.replaceChildren(...there.map((each) => option(each.id, each.name)), option("", _("不打印")));
  }

  async #take() {
    const matter = this.#matter;
    if (!matter) return;
    const { app, data } = { app: this.#app, data: new FormData(this.#form) };
    this.#issued = null;
    const ticket = await app.send("POST", "/tickets", wanted(matter.code, data, app.desk.hall.timezone));
    if (!ticket) return;
    this.#issued = { ticket, printing: null };
    const printer = Number(data.get("printer"));
    if (data.get("priority")) await this.#prioritise(ticket, data.get("priority"), data.get("why").trim());
    if (printer) await this.#print(ticket, printer);
    const kept = data.get("printer");
    this.#form.reset();
    this.#form.printer.value = kept;
    this.show();
    this.focus();
  }

  async #prioritise(ticket, priority, reason) {
    await this.#app.send("POST", `/tickets/${ticket.id}/priority`, { priority, reason });
  }

  async #print(ticket, station) {
    this.#issued.printing = await this.#app.send("POST", `/tickets/${ticket.id}/reprint`, { station });
  }

  #drawIssued() {
    const { ticket } = this.#issued;
    const now = this.#app.desk.ticket(ticket.id) ?? ticket;
    const open = makeButton("", both("查看号票"));
    open.dataset.open = ticket.id;
    const place = part("issued");
    const shown = [
      make("p", "issued-number", both("已取号"), " ", make("b", "number", ticket.number)),
      make("p", "", pair(ticket.zone, ticket.zone_en), " · ", both("{windows}号窗口", ticket)),
      make("p", "", withWait("前面 {ahead} 人", ticket, ticket.wait)),
      make("p", "print", this.#issued.printing ? printWords(now.print) : both("没有打印号票")),
    ];
    const text = shown.map((each) => each.textContent).join();
    if (place.dataset.shown === text) return;
    place.dataset.shown = text;
    place.replaceChildren(...shown, open);
  }
}

/** What became of a ticket's paper. */
export function printWords(state) {
  const words = {
    pending: both("号票等待打印"),
    printed: both("号票已打印"),
    failed: both("号票没有打印出来"),
    unknown: both("没有确认号票是否打印"),
  };
  return words[state] ?? "";
}

function wanted(matter, data, timezone) {
  const text = (name) => (data.get(name) ?? "").trim();
  const wish = { matter };
  if (text("identity")) wish.identity = { source: "hand", number: text("identity").toUpperCase() };
  if (data.getAll("status").length) wish.statuses = data.getAll("status");
  if (text("booked")) wish.booked_at = instantOf(text("booked"), timezone);
  if (text("language")) wish.language = text("language");
  if (text("remark")) wish.remark = text("remark");
  return wish;
}

function option(value, text) {
  const made = make("option", "", text);
  made.value = value;
  return made;
}

/** A sentence and, where it is known, the wait in words. */
const withWait = (text, fields, wait) =>
  wait ? pair(`${_(text, fields)}，${wait.words}`, `${english(text, fields)}, ${wait.words_en}`) : both(text, fields);
