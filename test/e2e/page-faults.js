// Runs in a page, as a script whose value is what is wrong with the page beyond what axe-core checks, in words.
(() => {
  const faults = [];
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const named = (element) => {
    const label = element.getAttribute("aria-label") ?? element.getAttribute("title") ?? "";
    return (label + (element.textContent ?? "")).trim() !== "";
  };
  const shown = (element) => element.outerHTML.slice(0, 120);

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`scrolls sideways by ${scrollWidth - clientWidth} px`);
  // axe-core accepts several.
  for (const tag of ["main", "h1"]) if (document.querySelectorAll(tag).length !== 1) faults.push(`not one ${tag}`);
  // axe-core accepts any first heading.
  let depth = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5")) {
    const level = Number(heading.tagName[1]);
    if (level > depth + 1) faults.push(`heading skips a level: ${shown(heading)}`);
    depth = level;
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) faults.push(`id twice: ${id}`);
  for (const attribute of ["aria-labelledby", "aria-controls", "aria-describedby"])
    for (const element of document.querySelectorAll(`[${attribute}]`))
      if (document.getElementById(element.getAttribute(attribute) ?? "") === null)
        faults.push(`${attribute} leads nowhere: ${shown(element)}`);
  // axe-core accepts a placeholder, which is gone once something is typed.
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select"))
    if (!field.hasAttribute("aria-label") && ![...(field.labels ?? [])].some(named)) faults.push(`field without a label: ${shown(field)}`);
  for (const box of document.querySelectorAll("pre, .wide, .scroll, .formula.long, .formula.display"))
    if (visible(box) && box.scrollWidth > box.clientWidth && box.tabIndex !== 0)
      faults.push(`scrolls beyond the reach of keys: ${shown(box)}`);
  // WCAG 2.5.8 exempts links within text; those of a list are checked here all the same.
  for (const button of document.querySelectorAll("button, summary, .actions a, .more a, .rest a, .facets a")) {
    const { height, width } = button.getBoundingClientRect();
    if (visible(button) && height > 0 && (height < 23.5 || width < 20)) faults.push(`too small to hit: ${shown(button)}`);
  }

  // axe-core cannot tell the contrast of what is scrolled out of view.
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((channel) => {
      const value = channel / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    if (element === null) return getComputedStyle(document.body).backgroundColor;
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (
      parentElement === null ||
      textContent?.trim() === "" ||
      !visible(parentElement) ||
      parentElement.closest(".hidden, .skip, noscript")
    )
      continue;
    const { color, fontSize, fontWeight } = getComputedStyle(parentElement);
    const isLarge = Number.parseFloat(fontSize) >= 24 || (Number.parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
    const [light = 0, dark = 0] = [luminance(color), luminance(behind(parentElement))].sort((one, other) => other - one);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < (isLarge ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${shown(parentElement)}`);
  }
  return faults;
})();
