// The page of all devices: each emulator's face and controls, and the real driver that may be connected to it.

import { _, both, english, pair } from "/assets/web/i18n.js";
import { call } from "/assets/web/api.js";
import { io } from "/assets/vendor/socket.io.js";
import { face, make } from "/assets/workbench/widgets.js";

const said = document.getElementById("said");
const place = document.getElementById("devices");
const panels = new Map();

async function ask(path, body) {
  try {
    await call("POST", `/api/${path}`, { body });
    said.hidden = true;
  } catch (refusal) {
    complain(`${refusal.message} ${refusal.english}`);
  }
}

function complain(sentence) {
  said.textContent = sentence;
  said.hidden = false;
}

/** One device; its parts are drawn anew only when they have changed, so that the focus stays where it is. */
class Panel {
  #drawn = {};

  constructor(name) {
    this.name = name;
    this.element = make("section", "device panel");
    this.element.dataset.test = `device-${name}`;
    this.head = make("header", "device-head");
    this.face = make("div");
    this.controls = make("div", "controls");
    this.driver = make("div", "driver");
    this.log = make("ol", "log");
    this.log.tabIndex = 0;
    this.log.hidden = true;
    this.log.setAttribute("aria-label", `${_("线路上的内容")} ${english("线路上的内容")}`);
    this.element.append(this.head, this.face, this.controls, this.driver, this.log);
  }

  show({ title, title_en, address, plugged, faults, face: widgets, controls, driver }) {
    this.#part("head", [title, address, plugged], () => this.head.replaceChildren(...heading(title, title_en, address, plugged)));
    this.#part("face", widgets, () => this.face.replaceChildren(face(widgets, (control) => this.press(control))));
    const inFace = new Set(widgets.flatMap((widget) => widget.doors ?? []).map((door) => door.control));
    const others = controls.filter((control) => !inFace.has(control.name));
    this.#part("controls", [others, faults], () => this.controls.replaceChildren(...this.#controls(others, faults)));
    const { lines, ...wishes } = driver ?? {};
    this.#part("driver", wishes, () => this.driver.replaceChildren(...(driver ? [this.#driverButtons(driver), ...this.#order(driver)] : [make("p", "kiosk-owns", both("此设备由取号机使用。"))])));
    this.#part("log", lines, () => this.#log(lines));
  }

  press(control, text) {
    ask(`${this.name}/${control}`, text === undefined ? undefined : { text });
  }

  #part(name, value, show) {
    const now = JSON.stringify(value ?? null);
    if (this.#drawn[name] === now) return;
    this.#drawn[name] = now;
    show();
  }

  #controls(controls, faults) {
    const groups = { device: make("div", "buttons"), key: make("div", "buttons keys") };
    const wire = make("details", "wire", make("summary", "", both("线缆与故障")), make("div", "buttons"));
    wire.open = this.wireOpen ?? false;
    wire.addEventListener("toggle", () => (this.wireOpen = wire.open));
    for (const control of controls) (groups[control.group] ?? wire.lastChild).append(this.#control(control, faults));
    return [...Object.values(groups).filter((group) => group.childElementCount), wire];
  }

  #control(control, faults) {
    const button = make("button", "button", pair(control.label, control.label_en));
    button.dataset.control = control.name;
    if (control.name.startsWith("fault-")) button.setAttribute("aria-pressed", String(faults.includes(control.name.slice(6))));
    if (!control.takes) {
      button.type = "button";
      button.addEventListener("click", () => this.press(control.name));
      return button;
    }
    const { takes, takes_en } = control;
    return typed(takes === takes_en ? [takes] : pair(takes, takes_en), button, `${this.name}/${control.name}`, (text) => this.press(control.name, text));
  }

  #log(lines) {
    this.log.hidden = !lines?.length;
    this.log.replaceChildren(...(lines ?? []).map(line));
    this.log.scrollTop = this.log.scrollHeight;
  }

  #order({ order, busy }) {
    if (!order) return [];
    const button = make("button", "button", both("交给设备"));
    button.disabled = busy;
    return [typed(pair(order.hint, order.hint_en), button, this.name, (text) => ask(`driver/${this.name}/order`, { text }))];
  }

  #driverButtons({ connected, can_try, busy }) {
    const buttons = make("div", "buttons");
    const add = (wish, words, off = false) => {
      const button = make("button", "button", both(words));
      button.type = "button";
      button.disabled = off;
      button.dataset.wish = wish;
      button.addEventListener("click", () => ask(`driver/${this.name}/${wish}`));
      buttons.append(button);
    };
    if (connected) add("disconnect", "断开驱动");
    else add("connect", "接上驱动");
    if (can_try) add("try", "试一试", busy);
    return buttons;
  }
}

const typedSoFar = new Map();

/** A field, what to type into it, and its button; what stands in the field survives being drawn anew. */
function typed(hint, button, name, send) {
  const input = make("input");
  input.id = `typed-${name}`;
  input.maxLength = 500;
  input.value = typedSoFar.get(name) ?? "";
  input.addEventListener("input", () => typedSoFar.set(name, input.value));
  const label = make("label", "hint", ...[hint].flat());
  label.htmlFor = input.id;
  const form = make("form", "typed", label, input, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(input.value);
  });
  return form;
}

const ARROWS = { out: "→", in: "←", state: "●", said: "※" };

function line({ kind, text, hex, times }) {
  const item = make("li", `log-${kind}`, make("span", "arrow", ARROWS[kind]));
  const words = [text, times > 1 ? `×${times}` : ""].filter(Boolean).join(" ");
  if (words) item.append(make("span", "meaning", words));
  if (hex) item.append(make("code", "", hex));
  return item;
}

function heading(title, titleEnglish, address, plugged) {
  return [make("h2", "", pair(title, titleEnglish)), make("p", `state ${plugged ? "good" : "bad"}`, both(plugged ? "已插上" : "已拔掉")), make("code", "address", address)];
}

function show(devices) {
  for (const device of devices) {
    if (!panels.has(device.name)) {
      panels.set(device.name, new Panel(device.name));
      place.append(panels.get(device.name).element);
    }
    panels.get(device.name).show(device);
  }
}

const socket = io({ transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 1000 });
socket.on("devices", (devices) => {
  said.hidden = true;
  show(devices);
});
socket.on("disconnect", () => complain(`${_("设备台已停止，等待恢复")} ${english("设备台已停止，等待恢复")}`));
