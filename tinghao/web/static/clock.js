// The hall's time is the server's time in the hall's zone: a screen's own clock may be wrong, and age decides what is announced.

let ahead = 0;

/** Learns from the `Date` of an answer how far the server's clock is ahead of this machine's. */
export async function setClock() {
  const asked = Date.now();
  const answer = await fetch("/assets/web/icon.svg", { method: "HEAD", cache: "no-store" }).catch(() => null);
  const told = Date.parse(answer?.headers.get("Date"));
  if (Number.isNaN(told)) return;
  // The header counts whole seconds, so smaller differences say nothing.
  const difference = told + 500 - (asked + Date.now()) / 2;
  ahead = Math.abs(difference) > 1000 ? difference : 0;
}

/** Milliseconds since 1970 by the server's clock. */
export const now = () => Date.now() + ahead;

/** How many milliseconds ago an ISO 8601 time was; never negative. */
export const age = (at) => Math.max(0, now() - Date.parse(at));

const formats = new Map();

/** A moment in the hall's time zone, as `Intl.DateTimeFormat` writes it. */
export function hallTime(locale, timeZone, options, at = now()) {
  const key = JSON.stringify([locale, timeZone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone, ...options }));
  return formats.get(key).format(at);
}
