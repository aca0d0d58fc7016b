// Serious and critical findings of axe on the page as it stands.
async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  // What lies beneath a modal dialog can't be reached.
  const context = document.querySelector("dialog[open]") ?? document;
  const { violations } = await axe.run(context, { preload: false, runOnly: tags });
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any.map(({ message }) => message)}`).join(" | ")}`);
}
