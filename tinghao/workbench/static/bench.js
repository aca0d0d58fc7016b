// The page of emulated devices: presses go to the API, the devices' states come over the socket.

import { _, both, english } from "/assets/web/i18n.js";
import { call } from "/assets/web/api.js";
import { io } from "/assets/vendor/socket.io.js";

const find = (id) => document.getElementById(id);
const said = find("said");
let shownPapers = -1;
let lastCode = null;

async function act(path, body) {
  try {
    apply(await call("POST", `/api/${path}`, { body }));
    said.hidden = true;
  } catch (refusal) {
    said.textContent = `${refusal.message} ${refusal.english}`;
    said.hidden = false;
  }
}

function apply({ card_reader, scanner, printer }) {
  for (const card of document.querySelectorAll("[data-card]")) card.setAttribute("aria-pressed", String(Number(card.dataset.card) === card_reader.card));
  find("lift").disabled = card_reader.card === null;
  plug("card-reader", card_reader.plugged);
  plug("scanner", scanner.plugged);
  plug("printer", printer.plugged);
  tell("state-reader", card_reader.plugged, card_reader.card === null ? "等待放卡" : "卡在读卡器上");
  tell("state-scanner", scanner.plugged, "等待扫码");
  tell("state-printer", printer.plugged, printerWord(printer), printer.cover_open || printer.paper !== "ok");
  const cover = find("cover");
  cover.replaceChildren(both(printer.cover_open ? "合上机盖" : "打开机盖"));
  if (printer.papers !== shownPapers) showPapers(printer.papers);
}

const printerWord = ({ cover_open, paper }) => (cover_open ? "机盖打开" : { ok: "就绪", near_end: "纸将尽", out: "缺纸" }[paper]);

function plug(device, plugged) {
  const button = document.querySelector(`[data-plug="${device}"]`);
  button.dataset.act = `${device}/${plugged ? "unplug" : "plug"}`;
  button.replaceChildren(both(plugged ? "拔掉" : "插上"));
}

function tell(id, plugged, word, worry = false) {
  const place = find(id);
  place.className = `state ${!plugged ? "bad" : worry ? "warn" : "good"}`;
  place.replaceChildren(both(plugged ? word : "已拔掉"));
}

async function showPapers(count) {
  shownPapers = count;
  const { papers } = await call("GET", "/api/printer/papers");
  lastCode = papers.findLast((paper) => paper.qr.length)?.qr[0] ?? null;
  find("scan-ticket").disabled = lastCode === null;
  find("roll").replaceChildren(...(papers.length ? papers.toReversed().map(piece) : [nothing()]));
}

function piece(paper) {
  const item = document.createElement("li");
  const picture = document.createElement("img");
  picture.src = `/api/printer/papers/${paper.number}.png`;
  picture.alt = paper.text;
  item.dataset.test = `paper-${paper.number}`;
  item.append(picture);
  return item;
}

function nothing() {
  const item = document.createElement("li");
  item.className = "nothing";
  item.append(both("还没有出纸"));
  return item;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || button.disabled) return;
  if (button.dataset.card) lay(button);
  else if (button.dataset.scan) act("scanner/scan", { text: button.dataset.scan });
  else if (button.id === "scan-ticket") act("scanner/scan", { text: lastCode });
  else if (button.dataset.act) act(button.dataset.act);
});

const lay = (card) => (card.getAttribute("aria-pressed") === "true" ? act("card-reader/lift") : act("card-reader/lay", { card: Number(card.dataset.card) }));

find("scan-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("scan-text").value;
  if (text.trim()) act("scanner/scan", { text });
});

const socket = io({ transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 1000 });
socket.on("state", (state) => {
  said.hidden = true;
  apply(state);
});
socket.on("disconnect", () => {
  said.textContent = `${_("设备台已停止，等待恢复")} ${english("设备台已停止，等待恢复")}`;
  said.hidden = false;
});
