// The hall's numbered events, as they happen, with what was missed after a broken link. See docs/architecture.md.

import { io } from "/assets/vendor/socket.io.js";

/**
 * Opens the stream and keeps it open.
 * @param {object} options
 * @param {string} options.token station's or clerk's token
 * @param {(snapshot: object) => void} options.onSnapshot the whole state; replaces everything
 * @param {(events: object[], missed: boolean) => void} options.onEvents in order, without gaps; `missed` when they happened while away
 * @param {(up: boolean, refused?: string) => void} options.onLink link state; `refused` is a problem code when the server does not accept the token
 * @returns {{close: () => void, refresh: () => void}} `refresh` asks for a snapshot: a new day begins without an event
 */
export function openStream({ token, onSnapshot, onEvents, onLink }) {
  let last = null;
  let heard = 0;
  let replaying = true;
  let closed = false;
  const socket = io({
    transports: ["websocket"],
    auth: (send) => send({ token, last_seq: last }),
    reconnectionDelay: 200,
    reconnectionDelayMax: 1000,
    timeout: 4000,
  });

  socket.on("snapshot", (snapshot) => {
    last = snapshot.seq;
    replaying = false;
    onSnapshot(snapshot);
    onLink(true);
    catchUp();
  });

  socket.on("events", ({ events, replay }) => {
    if (replay) replaying = false;
    heard = Math.max(heard, events.at(-1)?.seq ?? 0);
    const fresh = events.filter((event) => event.seq > last);
    if (last !== null && (fresh.length === 0 || fresh[0].seq === last + 1)) {
      if (fresh.length) {
        last = fresh.at(-1).seq;
        onEvents(fresh, Boolean(replay));
        // Zones, windows or matters are others now: only the whole picture tells.
        if (fresh.some((event) => event.kind === "hall.imported")) socket.emit("replay", { after: null });
      }
      if (replay) onLink(true);
    }
    catchUp();
  });

  // Another of the server's processes has made events that did not come here.
  socket.on("tail", ({ seq }) => {
    heard = Math.max(heard, seq);
    catchUp();
  });

  // What came before its turn was put aside: ask for all that is missing.
  function catchUp() {
    if (replaying || heard <= last) return;
    replaying = true;
    socket.emit("replay", { after: last });
  }

  socket.on("connect_error", (error) => {
    const refused = error.data?.status === 401;
    onLink(false, refused ? error.data.code : undefined);
    // An answer of the server ends Socket.IO's own attempts. The token may be given back, the database be found again:
    // we go on asking, slowly.
    if (error.data?.code) setTimeout(() => closed || socket.connect(), refused ? 5000 : 2000);
  });
  socket.on("disconnect", (reason) => {
    replaying = true;
    if (closed) return;
    onLink(false);
    if (reason === "io server disconnect") socket.connect();
  });
  return {
    close() {
      closed = true;
      socket.close();
    },
    refresh: () => socket.emit("replay", { after: null }),
  };
}

/** Merges the rows that events carry into a list of rows, by id. */
export function mergeById(rows, change) {
  const row = rows.find((each) => each.id === change.id);
  if (row) Object.assign(row, change);
  else rows.push({ ...change });
}
