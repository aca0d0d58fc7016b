// Every line, every window, who is missed or on hold; and the alerts above all.

import { now } from "/assets/web/clock.js";
import { _, both, english, pair } from "/assets/web/i18n.js";
import { keyed, make, makeButton, minutesSince, part, say, write } from "/assets/web/staff/page.js";
import { marks, whereabouts } from "/assets/web/staff/ticket_words.js";

const MINUTE = 60_000;
const SHOWN_ALERTS = 2;
const STATES = { closed: "未开窗", open: "空闲", paused: "暂停", called: "已叫号", serving: "办理中" };

/** The newest alerts, prominent. */
export function drawAlerts(desk) {
  const newest = [...desk.alerts].reverse();
  part("alerts").hidden = !newest.length;
  keyed(part("alerts"), newest.slice(0, SHOWN_ALERTS), {
    key: (alert) => `${alert.kind} ${alert.about}`,
    create: () => make("p", "alert", make("span", "alert-text"), make("span", "alert-since")),
    update(row, alert) {
      const rest = newest.length - SHOWN_ALERTS;
      say(row.children[0], pair(alert.sentence, alert.sentence_en));
      const last = alert === newest[SHOWN_ALERTS - 1] && rest > 0;
      say(row.children[1], last ? both("{n} 分钟前，另有 {rest} 条", { n: minutesSince(alert.raised_at), rest }) : both("{n} 分钟前", { n: minutesSince(alert.raised_at) }));
    },
  });
}

/** The chosen tab of the hall's state. */
export function drawOverview(app) {
  const { desk, tabs } = app;
  const counts = {
    lines: desk.lines.reduce((sum, line) => sum + line.waiting, 0),
    windows: `${desk.windows.filter((each) => each.state !== "closed").length}/${desk.windows.length}`,
    aside: desk.aside.length,
  };
  for (const [name, count] of Object.entries(counts)) write(part("count", part(`tab="${name}"`)), String(count));
  if (tabs.overview === "lines") drawLines(app);
  if (tabs.overview === "windows") drawWindows(app);
  if (tabs.overview === "aside") drawAside(app);
}

function byZone(place, desk, rows, { key, create, update }) {
  const zones = desk.zones.map((zone) => ({ zone, rows: rows.filter((row) => row.zone === zone.id) })).filter((each) => each.rows.length);
  keyed(place, zones, {
    key: ({ zone }) => zone.id,
    create: () => make("section", "zone", make("h2", ""), make("ul", "")),
    update(section, each) {
      say(section.children[0], pair(each.zone.name, each.zone.name_en));
      keyed(section.children[1], each.rows, { key, create, update });
    },
  });
}

function drawLines({ desk, linked }) {
  byZone(part('panel="lines"'), desk, desk.lines, {
    key: (line) => line.id,
    create: (line) => {
      const row = make("li", "line", make("b", "prefix", line.prefix), make("span", "line-name"), make("b", "number waiting"), make("span", "wait"), make("span", "longest"), make("span", "serving"));
      row.dataset.line = line.prefix;
      return row;
    },
    update(row, line) {
      const [, name, waiting, wait, longest, serving] = row.children;
      say(name, pair(line.name, line.name_en));
      say(waiting, both("{n} 人", { n: line.waiting }));
      say(wait, line.wait ? pair(line.wait.words, line.wait.words_en) : both("暂无估计"));
      const [oldest] = desk.waitingSince(line);
      say(longest, oldest === undefined ? null : linked ? both("最长已等 {n} 分钟", { n: Math.max(0, Math.floor((now() - oldest) / MINUTE)) }) : null);
      say(serving, windowsOf(desk, line));
      row.classList.toggle("unserved", line.waiting > 0 && !desk.windows.some((each) => each.lines.includes(line.id) && each.state !== "closed"));
    },
  });
}

function windowsOf(desk, line) {
  const states = desk.windows.filter((each) => each.lines.includes(line.id)).map((each) => each.state);
  const open = states.filter((state) => state !== "closed").length;
  const paused = states.filter((state) => state === "paused").length;
  const busy = states.filter((state) => state === "serving" || state === "called").length;
  if (!open) return both("没有开窗");
  return paused ? both("开窗 {open}，办理 {busy}，暂停 {paused}", { open, busy, paused }) : both("开窗 {open}，办理 {busy}", { open, busy });
}

function drawWindows({ desk, ready }) {
  byZone(part('panel="windows"'), desk, desk.windows, {
    key: (window) => window.id,
    create(window) {
      const button = make("button", "button window", make("b", "window-name", window.name), make("span", "window-state"), make("span", "window-who"), make("span", "window-profile"));
      button.type = "button";
      button.dataset.profile = window.id;
      return make("li", "", button);
    },
    update(item, window) {
      const [button] = item.children;
      const [, state, who, profile] = button.children;
      button.dataset.state = window.state;
      button.disabled = !ready;
      const text = STATES[window.state] ?? window.state;
      say(state, window.ticket ? pair(`${window.ticket} ${_(text)}`, english(text)) : both(text));
      write(who, window.state === "paused" ? (window.pause_reason ?? "") : (window.clerk ?? ""));
      say(profile, window.profile ? pair(window.profile.name, null) : null);
    },
  });
}

function drawAside(app) {
  const place = part('panel="aside"');
  const { aside } = app.desk;
  keyed(place, aside.length ? aside : [null], {
    key: (ticket) => ticket?.id ?? "nobody",
    create(ticket) {
      if (!ticket) return make("p", "nothing", both("没有过号或暂挂的号票"));
      const button = makeButton("row-open", "");
      button.dataset.open = ticket.id;
      button.replaceChildren(make("span", "number", ticket.number), make("span", "matter"), make("span", "row-marks"), make("span", "where"));
      return button;
    },
    update(button, ticket) {
      if (!ticket) return;
      const [, matter, shown, where] = button.children;
      write(matter, ticket.reason ? `${ticket.reason} · ${ticket.matter_name}` : ticket.matter_name);
      const fresh = make("span", "", ...marks(ticket, app.desk));
      if (fresh.textContent !== shown.textContent) shown.replaceChildren(...fresh.childNodes);
      say(where, ticket.state === "no_show" ? both("已过号") : whereabouts(ticket, app));
    },
  });
}
