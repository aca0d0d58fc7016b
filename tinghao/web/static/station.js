// A station's page gets its token once, in the address's fragment (which never leaves the browser), and keeps it.

const KEY = `station-token:${location.pathname.split("/").slice(0, 3).join("/")}`;

/** The station's token, or null when this browser has never been given one. */
export function stationToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    localStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return localStorage.getItem(KEY);
}
