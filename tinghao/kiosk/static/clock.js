// The clock in the corner, by the machine's own time in the hall's time zone.

/** Keeps the clock going. */
export function startClock(app) {
  const tell = () => {
    const timeZone = app.hall?.hall.timezone ?? "Asia/Shanghai";
    const now = new Date();
    set("time", new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone }).format(now));
    set("date", new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric", weekday: "long", timeZone }).format(now));
  };
  tell();
  setInterval(tell, 1000);
}

function set(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}
