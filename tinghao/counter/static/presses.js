// Presses of mouse and finger, handed to whoever does what the button says.

import { part, parts } from "/assets/web/staff/page.js";
import { viewOf } from "./drawing.js";

/**
 * Listens for presses on the whole page.
 * @param {object} app
 * @param {{showTab: (tab: string) => void, act: (name: string) => void}} does
 */
export function listenForPresses(app, { showTab, act }) {
  const press = (button) => {
    const { open, id, tab, details, on, ticket } = button.dataset;
    if (open) app.openWindow(Number(id));
    else if (tab) showTab(tab);
    else if (details) app.on("details", app.desk.ticketOf(Number(details)));
    else if (on && ticket) app.on(on, app.desk.ticketOf(Number(ticket)));
    else if (button.type !== "submit") act(button.dataset.do);
  };

  addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button || button.disabled) return;
    // A mouse leaves the focus on the button, where the space bar would press it instead of calling the next visitor.
    if (event.detail > 0 && viewOf(app) === "work" && !button.closest("dialog")) button.blur();
    // The second half of a double press; what lies under the finger now may be another button.
    if (event.detail > 1) return;
    press(button);
  });

  part("tabs").addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...parts("tab")].map((each) => each.dataset.tab);
    const next = by && tabs[tabs.indexOf(app.tab) + by];
    if (!next) return;
    showTab(next);
    part(`tab="${next}"`).focus();
  });
}
