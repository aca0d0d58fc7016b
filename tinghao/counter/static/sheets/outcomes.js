// 办理结果: what came of each matter of this visit, with a note.

import { both, pair } from "/assets/web/i18n.js";
import { make, makeButton } from "/assets/web/staff/page.js";
import { choose, findMatter, line } from "/assets/web/staff/fields.js";

const OUTCOMES = [
  ["done", "当场办结"],
  ["accepted", "已受理"],
  ["incomplete", "材料不全"],
  ["consulted", "仅咨询"],
  ["refused", "不予受理"],
  ["withdrawn", "群众撤回"],
];

export function outcomesSheet(app, ticket) {
  const rows = make("div", "outcome-rows");
  const find = findMatter(app.matters, { name: "another" });
  find.hidden = true;
  find.querySelector("input").autofocus = false;
  const add = makeButton("add", both("增加一个事项"));
  const put = makeButton("add", both("加入"));
  find.append(put);
  const codes = [];
  const addRow = (code) => {
    if (!code || codes.includes(code)) return;
    rows.append(outcomeRow(app, code, codes.length, code === ticket.matter ? ticket.matter_name : null));
    codes.push(code);
  };
  add.addEventListener("click", () => {
    add.hidden = true;
    find.hidden = false;
    find.querySelector("input").focus();
  });
  put.addEventListener("click", () => {
    addRow(find.querySelector("[name=another]:checked")?.value);
    find.hidden = true;
    add.hidden = false;
    rows.lastElementChild.scrollIntoView({ block: "nearest" });
    add.focus();
  });
  // Enter in the search means this one, not the whole sheet.
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    put.click();
  });
  addRow(ticket.matter);
  const wish = (next) => (data) => {
    const outcomes = codes.map((matter, n) => {
      const note = data.get(`note-${n}`).trim();
      return { matter, outcome: data.get(`outcome-${n}`), ...(note ? { note } : {}) };
    });
    return ["POST", `/tickets/${ticket.id}/finish`, next ? { outcomes, next: true } : { outcomes }];
  };
  return {
    name: "outcomes",
    title: both("{number} 的办理结果", { number: ticket.number }),
    subject: () => app.stateOf(ticket),
    body: [rows, add, find],
    sends: [
      { text: both("办结"), wish: wish(false) },
      { text: both("办完叫下一位"), kind: "strong", wish: wish(true) },
    ],
  };
}

function outcomeRow(app, code, n, name) {
  const matter = app.matters.guide(code);
  const choices = OUTCOMES.map(([value, text]) => ({ value, text: both(text) }));
  return make(
    "section",
    "outcome",
    make("h3", "", pair(name ?? matter.name, matter?.name_en)),
    choose(choices, { name: `outcome-${n}`, legend: both("结果"), chosen: "done", keys: n === 0 }),
    line(`note-${n}`, both("备注（选填）"), { limit: 200 }),
  );
}
