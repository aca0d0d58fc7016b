// Choosing a matter: by department, from the frequent ones, by theme, or by the initials of its pinyin.

import { _, both, english } from "/assets/web/i18n.js";
import { button, h, says } from "../dom.js";
import { icon } from "../icons.js";
import { pages } from "../pager.js";
import { search } from "./search.js";
import { sheet } from "./sheet.js";
import { matterTile, nameTile } from "./tiles.js";

const TABS = { departments: "按部门", hot: "常办", themes: "一件事", search: "搜索" };

/** Draws it. */
export function choosing(room, app) {
  if (app.way.sheet) return sheet(room, app);
  const list = h("div.room", { "data-test": "choices" });
  room.replaceChildren(greeting(app), app.way.department ? heading(app) : tabs(app), list);
  return app.way.department ? ofDepartment(list, app) : LISTS[app.way.tab](list, app);
}

function greeting({ state: { visitor } }) {
  const hello = visitor?.name ? says("h1", "{name}，您好", { name: visitor.name }, { "data-test": "greeting" }) : says("h1", "您好", {}, { "data-test": "greeting" });
  return h("div.greeting", {}, hello, says("p", "请选择要办理的事项"));
}

function tabs(app) {
  const tab = (name) => {
    const element = button(".tab", `tab-${name}`, () => app.go({ tab: name, page: 0 }), says("span.label", TABS[name]));
    if (name === app.way.tab) element.setAttribute("aria-current", "page");
    return element;
  };
  return h("nav.tabs", { "aria-label": `${_("选择方式")} ${english("选择方式")}` }, ...Object.keys(TABS).map(tab));
}

function heading(app) {
  const { department } = app.way;
  return h("div.heading", {},
    button(".back", "back", () => app.go({ department: null, page: app.way.from ?? 0 }), icon("back"), says("span.label", "返回")),
    h("h2", {}, h("span.zh", { lang: "zh-CN" }, department.name), department.name_en ? h("span.en", { lang: "en" }, department.name_en) : null));
}

const turning = (app) => ({ page: app.way.page, turn: (page) => app.go({ page }) });
const spelling = (app) => ({ ...turning(app), spell: app.way.english ? undefined : () => app.go({ english: true }) });

const LISTS = {
  departments(list, app) {
    const open = (department) => app.go({ department, from: app.way.page, page: 0 });
    pages(list, app.hall.offering(), (each) => nameTile("department", each, () => open(each)), { width: 7, height: 3.1, most: 8, ...spelling(app) });
  },
  hot: (list, app) => matters(list, app, app.hall.hot()),
  themes(list, app) {
    const open = (theme) => app.go({ sheet: { theme } });
    pages(list, app.hall.themes, (each) => nameTile("theme", each, () => open(each)), { width: 15, height: 3.1, most: 3, ...spelling(app) });
  },
  search: (list, app) => search(list, app, matters),
};

const ofDepartment = (list, app) => matters(list, app, app.hall.of(app.way.department));

function matters(list, app, found) {
  if (!found.length) return list.replaceChildren(h("p.empty", {}, both("没有找到，请换一个字母或请工作人员协助")));
  const open = (matter) => app.go({ sheet: { matter } });
  const narrow = app.way.tab === "search" && !app.way.department;
  return pages(list, found, (matter) => matterTile(matter, app.hall, () => open(matter)), { width: 16, height: 3.4, most: narrow ? 1 : 3, ...turning(app) });
}
