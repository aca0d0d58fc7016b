// The hall's definition, made ready for choosing: who offers what, where it is, how it is found.

import { _ } from "/assets/web/i18n.js";

/** Wraps `{hall, matters}` as the agent gives it. */
export class Hall {
  constructor({ hall, matters }) {
    this.hall = hall;
    this.departments = matters.departments;
    this.themes = matters.themes;
    this.matters = matters.matters;
    this.byCode = new Map(this.matters.map((matter) => [matter.code, matter]));
  }

  /** The zone with this id. */
  zone(id) {
    return this.hall.zones.find((zone) => zone.id === id);
  }

  /** Departments that offer something here. */
  offering() {
    return this.departments.filter((department) => this.of(department).length);
  }

  of(department) {
    return this.matters.filter((matter) => matter.department === department.code);
  }

  hot() {
    return this.matters.filter((matter) => matter.hot);
  }

  inTheme(theme) {
    return theme.matters.map((code) => this.byCode.get(code)).filter(Boolean);
  }

  /** Lines in which something can be waited for, in the hall's order. */
  offeredLines() {
    return this.hall.lines.filter((line) => this.matters.some((matter) => matter.line === line.id));
  }

  /** Matters whose pinyin initials hold the letters, those that begin with them first; only of `line` if one is given. */
  search(letters, line) {
    const wanted = letters.toLowerCase();
    return this.matters
      .filter((matter) => !line || matter.line === line.id)
      .map((matter) => [matter, matter.initials.toLowerCase().indexOf(wanted)])
      .filter(([, at]) => at >= 0)
      .sort(([, a], [, b]) => (a === 0 ? 0 : 1) - (b === 0 ? 0 : 1))
      .map(([matter]) => matter);
  }

  /** Where to go for help: the desk, if the hall has one. */
  desk() {
    return this.hall.zones.find((zone) => zone.name.includes(_("咨询")));
  }

  /** Today's opening times, like `["08:00–12:00"]`, by the hall's own calendar day. */
  hoursOn(date) {
    const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", timeZone: this.hall.timezone }).format(date);
    const number = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(day) + 1;
    return this.hall.hours
      .filter((span) => includesDay(span.days, number, day.toLowerCase()))
      .map((span) => `${span.opens.slice(0, 5)}–${span.closes.slice(0, 5)}`);
  }
}

const includesDay = (days, number, name) => days.some((day) => day === number || String(day).toLowerCase() === name);
