// Text as large as its place allows: long names shrink, nothing is cut off.

/** Sets the font size of `element` to at most `largest` rem, less when it would be wider or higher than its parent. */
export function fit(element, largest) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  element.style.fontSize = `${largest}rem`;
  const place = getComputedStyle(element.parentElement);
  const width = element.parentElement.clientWidth - parseFloat(place.paddingLeft) - parseFloat(place.paddingRight);
  const height = element.parentElement.clientHeight - parseFloat(place.paddingTop) - parseFloat(place.paddingBottom);
  const box = element.getBoundingClientRect();
  const scale = Math.min(1, width / box.width, height / box.height);
  if (scale < 1) element.style.fontSize = `${Math.floor(largest * scale * rem * 0.99) / rem}rem`;
}
