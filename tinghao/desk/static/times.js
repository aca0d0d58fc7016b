// Times of day in the hall's zone.

import { hallTime, now } from "/assets/web/clock.js";

const MINUTE = 60_000;
const FULL = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false };

/** The instant of a time of day (`14:30`) today in the hall, as ISO 8601. */
export function instantOf(time, timezone) {
  const [date] = wallClock(now(), timezone).split("T");
  const wanted = Date.parse(`${date}T${time}Z`);
  // The zone's offset may be another one at that time than now: a second look settles it.
  let found = wanted - offset(now(), timezone);
  found = wanted - offset(found, timezone);
  return new Date(found).toISOString();
}

/** Whole minutes between two instants; until now without an end. */
export function minutesBetween(began, ended) {
  return Math.max(0, Math.round(((ended ? Date.parse(ended) : now()) - Date.parse(began)) / MINUTE));
}

const offset = (instant, timezone) => Date.parse(`${wallClock(instant, timezone)}Z`) - Math.floor(instant / MINUTE) * MINUTE;

const wallClock = (instant, timezone) => hallTime("sv-SE", timezone, FULL, instant).replace(" ", "T");
