// The clock in the corner, by the machine's own time in the hall's time zone.

import { hallTime } from "/assets/web/clock.js";

/** Keeps the clock going. */
export function startClock(app) {
  const tell = () => {
    const told = (look) => hallTime("zh-CN", app.hall?.hall.timezone ?? "Asia/Shanghai", look);
    set("time", told({ hour: "2-digit", minute: "2-digit", hour12: false }));
    set("date", `${told({ month: "long", day: "numeric" })} ${told({ weekday: "long" })}`);
  };
  tell();
  setInterval(tell, 1000);
}

function set(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}
