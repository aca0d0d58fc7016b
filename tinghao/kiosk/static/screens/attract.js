// The first screen: the hall, its hours, and the doors.

import { both } from "/assets/web/i18n.js";
import { touch } from "../agent.js";
import { button, h, says } from "../dom.js";
import { icon } from "../icons.js";

/** Draws it. */
export function attract(room, app) {
  const { devices, phones } = app.state;
  room.replaceChildren(
    h("div.welcome", {}, says("h1", "欢迎，请取号"), hours(app.hall), phones ? forPhones(phones) : null),
    h("div.doors", {},
      door("card", "刷身份证取号", cardHint(devices), !works(devices.card_reader), () => app.lay("card")),
      door("code", "扫码取号", codeHint(devices), !works(devices.scanner), () => app.lay("code")),
      door("hand", "不使用证件取号", "直接选择要办理的事项", false, () => touch("without")),
    ),
  );
}

const forPhones = (picture) => h("figure.phones", { "data-test": "phones" }, h("img", { src: picture, alt: "" }), says("figcaption", "扫码在手机上取号"));

const works = (device) => device.state === "ready";

const cardHint = ({ card_reader }) => (works(card_reader) ? "请将身份证放在屏幕下方的读卡区" : "读卡器暂不可用，请用其他方式取号");
const codeHint = ({ scanner }) => (works(scanner) ? "请将二维码对准屏幕下方的扫码口" : "扫码器暂不可用，请用其他方式取号");

function door(name, title, hint, closed, press) {
  const element = button(`.door.door-${name}`, `door-${name}`, press,
    h("span.picture", {}, icon(name)),
    h("span.words", {}, says("span.title", title), says("span.hint", hint)));
  element.disabled = closed;
  return element;
}

function hours(hall) {
  if (!hall) return says("p.hours", "正在准备，请稍候");
  const spans = hall.hoursOn(new Date());
  if (!spans.length) return says("p.hours", "今日休息", {}, { "data-test": "hours" });
  return h("p.hours", { "data-test": "hours" }, both("今日服务时间 {hours}", { hours: spans.join("  ") }));
}
