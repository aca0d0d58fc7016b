// The clock in the corner, by the machine's own time in the hall's time zone.

/** Keeps the clock going. */
export function startClock(app) {
  const tell = () => {
    const timeZone = app.hall?.hall.timezone ?? "Asia/Shanghai";
    const now = new Date();
    set("time", new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone }).format(now));
    const day = (look) => new Intl.DateTimeFormat("zh-CN", { ...look, timeZone }).format(now);
    set("date", `${day({ month: "long", day: "numeric" })} ${day({ weekday: "long" })}`);
  };
  tell();
  setInterval(tell, 1000);
}

function set(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}
