// What does not fit: the page itself, elements out of sight, texts cut off where nothing says they may be.
() => {
  const root = document.documentElement;
  const found = [];
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) {
    found.push(`page ${root.scrollWidth}×${root.scrollHeight}`);
  }
  const scrolls = (element) => element.parentElement?.closest("[data-scrolls]");
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (!box.width || !box.height || style.visibility === "hidden" || scrolls(element)) continue;
    const name = `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 24)}`;
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) {
      found.push(`outside ${name}`);
    }
    if (style.overflow === "visible" || element.hasAttribute("data-scrolls")) continue;
    const wide = element.scrollWidth > element.clientWidth + 1 && style.textOverflow !== "ellipsis";
    // The line boxes of large type overlap by design, so heights are judged by blocks.
    const high = style.webkitLineClamp === "none" && [...element.querySelectorAll("*")].some((child) => {
      if (scrolls(child)) return false;
      const inner = child.getBoundingClientRect();
      const block = !getComputedStyle(child).display.startsWith("inline") && inner.height;
      return block && (inner.bottom > box.bottom + 1 || inner.top < box.top - 1);
    });
    if (wide || high) found.push(`cut ${name}`);
  }
  return found;
}
