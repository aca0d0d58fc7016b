// The drawings of the screens. Plain shapes with classes; their colours and movements are in the style sheets.

const DRAWINGS = {
  card: `<svg viewBox="0 0 240 180"><rect class="reader" x="34" y="118" width="172" height="44" rx="14"/><rect class="reader-light" x="96" y="138" width="48" height="6" rx="3"/>
    <g class="moving-card"><rect class="sheet" x="60" y="20" width="120" height="78" rx="10"/><rect class="mark" x="132" y="34" width="34" height="42" rx="5"/><circle class="sheet-dot" cx="149" cy="48" r="8"/><path class="sheet-dot" d="M136 72c1-10 25-10 26 0z"/>
    <path class="stroke" d="M74 40h40M74 56h46M74 72h30"/></g></svg>`,
  code: `<svg viewBox="0 0 240 180"><rect class="sheet" x="76" y="12" width="88" height="150" rx="16"/><g class="mark"><rect x="94" y="46" width="22" height="22" rx="3"/><rect x="124" y="46" width="22" height="22" rx="3"/><rect x="94" y="76" width="22" height="22" rx="3"/><rect x="124" y="76" width="10" height="10"/><rect x="136" y="88" width="10" height="10"/></g><path class="stroke" d="M108 144h24"/><path class="beam" d="M62 84h116"/></svg>`,
  hand: `<svg viewBox="0 0 240 180"><rect class="sheet" x="40" y="20" width="160" height="104" rx="14"/><path class="stroke" d="M62 50h70M62 72h46"/><rect class="mark" x="62" y="90" width="64" height="20" rx="8"/>
    <path class="finger" d="M150 86c0-9 13-9 13 0v28l22 5c8 2 12 8 11 16l-4 24h-42l-22-32c-5-8 4-14 11-8l11 9z"/></svg>`,
  people: `<svg viewBox="0 0 48 48"><circle cx="18" cy="16" r="7"/><path d="M4 40c0-18 28-18 28 0z"/><circle cx="34" cy="18" r="5"/><path d="M34 26c8 0 11 6 11 14h-9"/></svg>`,
  clock: `<svg viewBox="0 0 48 48"><circle class="line" cx="24" cy="24" r="19"/><path class="line" d="M24 13v12l8 5"/></svg>`,
  place: `<svg viewBox="0 0 48 48"><path d="M24 4c9 0 15 7 15 15 0 11-15 25-15 25S9 30 9 19C9 11 15 4 24 4zm0 9a6 6 0 100 12 6 6 0 000-12z" fill-rule="evenodd"/></svg>`,
  paper: `<svg viewBox="0 0 48 48"><path class="line" d="M12 4h24v38l-6-4-6 4-6-4-6 4zM18 14h12M18 22h12M18 30h7"/></svg>`,
  fee: `<svg viewBox="0 0 48 48"><circle class="line" cx="24" cy="24" r="19"/><path class="line" d="M16 13l8 11 8-11M16 25h16M16 31h16M24 24v12"/></svg>`,
  help: `<svg viewBox="0 0 48 48"><path class="line" d="M8 28v-4a16 16 0 0132 0v4M8 26h6v12H8zM34 26h6v12h-6zM40 38c0 5-6 6-12 6"/></svg>`,
  home: `<svg viewBox="0 0 48 48"><path class="line" d="M6 24L24 8l18 16M12 20v20h24V20"/></svg>`,
  back: `<svg viewBox="0 0 48 48"><path class="line" d="M28 8L12 24l16 16"/></svg>`,
  next: `<svg viewBox="0 0 48 48"><path class="line" d="M20 8l16 16-16 16"/></svg>`,
  size: `<svg viewBox="0 0 48 48"><path class="line" d="M4 40L16 10l12 30M8 30h16M32 40l6-16 6 16M34 35h8"/></svg>`,
  erase: `<svg viewBox="0 0 48 48"><path class="line" d="M16 10h28v28H16L4 24zM24 18l12 12M36 18L24 30"/></svg>`,
  good: `<svg viewBox="0 0 48 48"><circle class="line" cx="24" cy="24" r="20"/><path class="line" d="M14 25l7 7 13-15"/></svg>`,
  warn: `<svg viewBox="0 0 48 48"><path class="line" d="M24 5l21 37H3zM24 18v12M24 36v1"/></svg>`,
  info: `<svg viewBox="0 0 48 48"><circle class="line" cx="24" cy="24" r="20"/><path class="line" d="M24 22v13M24 13v1"/></svg>`,
};

/** The drawing as an element that assistive technology passes over. */
export function icon(name) {
  const parsed = new DOMParser().parseFromString(DRAWINGS[name].replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'), "image/svg+xml");
  const svg = document.importNode(parsed.documentElement, true);
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  return svg;
}
