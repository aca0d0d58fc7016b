// The link to this machine's own agent: its state comes over the socket, touches go as small wishes.

import { call } from "/assets/web/api.js";
import { io } from "/assets/vendor/socket.io.js";

let visit = null;

/**
 * Listens to the agent.
 * @param {(state: object) => void} onState the whole state, whenever something changed
 * @param {(up: boolean) => void} onLink whether the agent can be heard
 */
export function listen(onState, onLink) {
  const socket = io({ transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 1000, timeout: 3000 });
  socket.on("state", (state) => {
    visit = state.visit;
    onState(state);
    onLink(true);
  });
  socket.on("disconnect", () => onLink(false));
  socket.on("connect_error", () => onLink(false));
}

/** Sends one touch; it names the visit it belongs to, so that a late one does nothing to the next visitor. */
export const touch = (name, more = {}) => call("POST", `/visit/${name}`, { body: { visit, ...more } });

/** The hall and its matters. */
export const definition = () => call("GET", "/hall.json");
