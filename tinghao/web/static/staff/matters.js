// The hall's matters and themes with their guides, and how one is found by name, pinyin or initials.

const SHOWN = 60;

export class Matters {
  #all = [];
  #byCode = new Map();

  /** Takes the answer of GET /matters. */
  take({ themes, matters }) {
    this.#all = [...matters, ...themes];
    this.#byCode = new Map(this.#all.map((each) => [each.code, each]));
  }

  get known() {
    return this.#all.length > 0;
  }

  /** The guide of a matter or theme, or undefined. */
  guide(code) {
    return this.#byCode.get(code);
  }

  /** Those that fit what was typed, the closest first; all when nothing was typed. */
  search(typed, except = null) {
    const wanted = typed.trim().toLowerCase();
    const letters = wanted.replace(/[\s']/g, "");
    const found = this.#all
      .filter((each) => each.code !== except)
      .map((each) => [rank(each, wanted, letters), each])
      .filter(([place]) => place !== null);
    return found.sort(([a], [b]) => a - b).slice(0, SHOWN).map(([, each]) => each);
  }
}

function rank(matter, wanted, letters) {
  if (!wanted) return 0;
  const name = matter.name.toLowerCase();
  const initials = (matter.initials ?? "").toLowerCase();
  const pinyin = (matter.pinyin ?? "").toLowerCase().replace(/\s/g, "");
  if (name.startsWith(wanted) || initials.startsWith(letters)) return 0;
  if (name.includes(wanted) || initials.includes(letters)) return 1;
  if (pinyin.startsWith(letters)) return 2;
  if (pinyin.includes(letters) || matter.keywords?.some((each) => each.toLowerCase().includes(wanted))) return 3;
  return null;
}
