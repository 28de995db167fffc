// Sharpens pages that are complete without it: keys, and copying.
(() => {
  const isTyping = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName));

  const titles = () => [...document.querySelectorAll(".hit h3 a")];

  function step(direction) {
    const links = titles();
    if (links.length === 0) return;
    const at = links.indexOf(document.activeElement);
    const next = at === -1 ? (direction > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + direction));
    links[next].focus();
    links[next].closest(".hit").scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/") {
      const box = document.querySelector("#q");
      event.preventDefault();
      if (box === null) {
        // The start page has a box, and the focus in it.
        location.assign("/");
        return;
      }
      box.focus();
      box.select();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });

  for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        // Where the browser forbids it, the text is marked for the person to copy.
        getSelection().selectAllChildren(source);
        button.textContent = "Marked: press Ctrl+C";
      }
    });
  }
})();
