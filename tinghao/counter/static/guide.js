// The guide of the present visitor's matter: what to bring, how long it takes, what it costs.

import { both } from "/assets/web/i18n.js";
import { make, part } from "/assets/web/staff/page.js";

let guideOf = null;

/** Draws it, if it is another one. */
export function drawGuide({ desk: { ticket }, matters }) {
  const guide = ticket && matters.guide(ticket.matter);
  const shown = ticket ? `${ticket.id} ${ticket.matter} ${Boolean(guide)}` : "";
  if (guideOf === shown) return;
  guideOf = shown;
  const place = part("guide");
  place.scrollTop = 0;
  if (!ticket) place.replaceChildren(make("p", "nothing", both("叫号后，这里显示办事指南。")));
  else if (!guide) place.replaceChildren(make("p", "nothing", both("该事项没有办事指南。")));
  else place.replaceChildren(...guideParts(guide));
}

function guideParts(guide) {
  const shown = [make("h2", "", both("办事指南"))];
  if (guide.summary) shown.push(make("p", "", guide.summary));
  if (guide.materials?.length) {
    shown.push(make("h3", "", both("申请材料")), make("ol", "materials", ...guide.materials.map((each) => make("li", "", each))));
  }
  if (guide.time) shown.push(make("h3", "", both("办理时限")), make("p", "", guide.time));
  if (guide.fee) shown.push(make("h3", "", both("收费")), make("p", "", guide.fee));
  return shown;
}
