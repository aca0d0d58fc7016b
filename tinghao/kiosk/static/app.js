// Shows the screen that belongs to the agent's state; keeps the visitor's way through the choices until the visit ends.

import { both, pair } from "/assets/web/i18n.js";
import { definition, listen, touch } from "./agent.js";
import { drawBanners } from "./banners.js";
import { drawBottom } from "./bottom.js";
import { startClock } from "./clock.js";
import { Hall } from "./hall.js";
import { drawOverlay } from "./overlay.js";
import { attract } from "./screens/attract.js";
import { choosing } from "./screens/choosing.js";
import { place } from "./screens/place.js";
import { taking } from "./screens/taking.js";
import { ticket } from "./screens/ticket.js";

const SCREENS = { attract, choosing, taking, ticket, place };
const TOUCH_EVERY = 3000;
const START = { tab: "departments", department: null, sheet: null, page: 0, letters: "", line: null, english: false, part: 0 };

const app = {
  state: null,
  hall: null,
  link: true,
  endsAt: null,
  /** What is laid over the screen: `help`, `card`, `code` or nothing. */
  over: null,
  way: { ...START },
  /** Goes a step in the choices, and draws it. */
  go(step) {
    Object.assign(app.way, step);
    draw();
    document.getElementById("screen").focus({ preventScroll: true });
  },
  /** Lays something over the screen, or takes it away. */
  lay(over) {
    app.over = over;
    drawOverlay(app);
  },
  /** Seconds until the visit ends by itself, or null. */
  left: () => (app.endsAt === null ? null : Math.max(Math.ceil((app.endsAt - performance.now()) / 1000), 0)),
};

let drawn = "";
let known = 0;

async function onState(state) {
  if (state.visit !== app.state?.visit) Object.assign(app, { way: { ...START }, over: null });
  else if (state.screen !== app.state?.screen) app.over = null;
  app.state = state;
  app.endsAt = state.ends_in === null ? null : performance.now() + state.ends_in * 1000;
  document.documentElement.classList.toggle("elder", state.elder);
  if (state.definition && state.definition !== known) await learn(state.definition);
  if (app.state === state) draw();
}

async function learn(version) {
  try {
    app.hall = new Hall(await definition());
    known = version;
    drawn = "";
    const { name, name_en } = app.hall.hall;
    document.getElementById("hall-name").replaceChildren(pair(name, name_en));
  } catch {
    // The next state asks again.
  }
}

function draw() {
  const { state, way } = app;
  drawBanners(app);
  drawBottom(app);
  const { ends_in, notice, ...shown } = state;
  // Banners take height from the screen: it is fitted anew when they change.
  const banners = document.getElementById("banners").dataset.now;
  const now = JSON.stringify([shown, state.screen === "taking" && notice, way, known, innerWidth, innerHeight, banners]);
  if (now !== drawn) drawScreen();
  drawn = now;
  drawOverlay(app);
}

function drawScreen() {
  const { state, hall } = app;
  const room = document.getElementById("screen");
  room.className = `screen screen-${state.screen}`;
  room.dataset.test = `screen-${state.screen}`;
  if (hall || state.screen === "attract") SCREENS[state.screen](room, app);
  else room.replaceChildren(both("正在准备，请稍候"));
}

function onLink(up) {
  if (app.link === up) return;
  app.link = up;
  if (app.state) drawOverlay(app);
}

let lastTouch = 0;
addEventListener("pointerdown", () => {
  if (!app.state || app.state.screen === "attract" || performance.now() - lastTouch < TOUCH_EVERY) return;
  lastTouch = performance.now();
  touch("touch").catch(() => undefined);
}, { capture: true });

addEventListener("resize", () => app.state && draw());
document.fonts.addEventListener("loadingdone", () => { drawn = ""; if (app.state) draw(); });
setInterval(() => app.state && drawOverlay(app), 250);
startClock(app);
listen(onState, onLink);
