// Taking a number on a phone in the hall: the matter, its guide, the number. The ticket's page is its paper.

import { call, newKey } from "/assets/web/api.js";
import { both, pair } from "/assets/web/i18n.js";
import { Matters } from "/assets/web/staff/matters.js";
import { keyed, make, part, parts } from "/assets/web/staff/page.js";

const SHOWN = 30;
const hall = encodeURIComponent(part("hall-code").dataset.hallCode);
const code = location.hash.slice(1);
const matters = new Matters();
let chosen = null;
let key = newKey();

function go(step) {
  for (const each of parts("step")) each.hidden = each.dataset.step !== step;
  scrollTo(0, 0);
}

function refuse(...words) {
  part("refusal").hidden = !words.length;
  part("refusal").replaceChildren(...words);
}

function list() {
  const found = matters.search(part("typed").value).slice(0, SHOWN);
  keyed(part("matters"), found, {
    key: (each) => each.code,
    create(each) {
      const button = make("button", "button matter", make("span", "", pair(each.name, each.name_en)));
      button.type = "button";
      button.addEventListener("click", () => choose(each));
      return make("li", "", button);
    },
    update() {},
  });
  part("none").hidden = found.length > 0;
}

function choose(matter) {
  chosen = matter;
  key = newKey();
  refuse();
  part("name").replaceChildren(pair(matter.name, matter.name_en));
  part("guide").replaceChildren(...guide(matter));
  go("confirm");
  part("name").focus();
}

function guide({ materials, time, fee, place }) {
  const shown = [];
  if (place) shown.push(make("h3", "", both("办理地点")), make("p", "", place));
  if (materials?.length) shown.push(make("h3", "", both("所需材料")), make("ul", "", ...materials.map((each) => make("li", "", each))));
  if (time) shown.push(make("h3", "", both("办理时限")), make("p", "", time));
  if (fee) shown.push(make("h3", "", both("收费")), make("p", "", fee));
  return shown;
}

async function take() {
  const number = part('step="confirm"').number.value.trim().toUpperCase();
  const body = { code, matter: chosen.code, ...(number ? { identity: { number } } : {}) };
  part("take").disabled = true;
  try {
    const given = await call("POST", `/api/v1/public/${hall}/tickets`, { body, key });
    location.replace(`/t/${given.slug}`);
  } catch (refusal) {
    // Only a lost answer is asked for again with the same key; what was refused may be asked anew.
    if (refusal.status > 0) key = newKey();
    refuse(pair(refusal.message, refusal.english), ...heldTicket(refusal));
    scrollTo(0, 0);
    part("take").disabled = false;
  }
}

function heldTicket({ problem }) {
  if (!problem.ticket) return [];
  const link = make("a", "button", both("查看我的号码"));
  link.href = `/t/${encodeURIComponent(problem.ticket.slug)}`;
  return [link];
}

part("typed").addEventListener("input", list);
part("back").addEventListener("click", () => {
  refuse();
  go("choose");
});
part('step="confirm"').addEventListener("submit", (event) => {
  event.preventDefault();
  if (!part("take").disabled) take();
});

if (!code) go("over");
else {
  try {
    const told = await call("GET", `/api/v1/public/${hall}/matters`);
    part("hall").replaceChildren(pair(told.hall.name, told.hall.name_en));
    matters.take(told);
    list();
    go("choose");
  } catch (refusal) {
    refuse(pair(refusal.message, refusal.english));
  }
}
