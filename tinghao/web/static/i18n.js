// The catalogue for scripts: the Chinese sentence is the key; see tinghao/web/catalogue.py.

const english_ = await fetch("/assets/catalogue/en.json").then((answer) => answer.json());

const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (hole, name) => fields?.[name] ?? hole);

/** The Chinese sentence with its `{fields}` filled in. */
export const _ = (text, fields) => fill(text, fields);

/** Its English; empty where the catalogue has none. */
export const english = (text, fields) => fill(english_[text] ?? "", fields);

/** Chinese and, beside it, English, as two marked spans. */
export function both(text, fields) {
  const fragment = document.createDocumentFragment();
  fragment.append(span("zh", "zh-CN", _(text, fields)));
  const translated = english(text, fields);
  if (translated) fragment.append(" ", span("en", "en", translated));
  return fragment;
}

/** The same two spans for a pair that comes from the hall's data. */
export function pair(zh, en) {
  const fragment = document.createDocumentFragment();
  fragment.append(span("zh", "zh-CN", zh));
  if (en) fragment.append(" ", span("en", "en", en));
  return fragment;
}

function span(name, lang, text) {
  const element = document.createElement("span");
  element.className = name;
  element.lang = lang;
  element.textContent = text;
  return element;
}
