// Suggestions below the search box (the ARIA combobox pattern with a listbox). Without this script it is a plain text field.
(() => {
  const box = document.querySelector("#q");
  if (box === null) return;
  const quietMs = 120;
  const shown = { titles: 5, authors: 3, topics: 2, venues: 2, categories: 2, sources: 3 };
  const names = { titles: "Paper", authors: "Author", topics: "Topic", venues: "Venue", categories: "Category", sources: "Source" };

  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  box.closest(".line").append(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  }))
    box.setAttribute(name, value);
  box.autocomplete = "off";

  let timer;
  let asking;
  let typed = box.value;
  let chosen = -1;
  let pressed = false;
  let held;

  const options = () => [...list.children];

  function close() {
    clearTimeout(timer);
    asking?.abort();
    held = undefined;
    list.hidden = true;
    list.replaceChildren();
    choose(-1);
    box.setAttribute("aria-expanded", "false");
  }

  function choose(at) {
    chosen = at;
    for (const [place, option] of options().entries()) option.setAttribute("aria-selected", String(place === at));
    const option = options()[at];
    if (option === undefined) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  function take(option) {
    const { href, query } = option.dataset;
    close();
    if (href !== undefined) location.assign(href);
    else {
      box.value = query;
      typed = query;
      box.form.requestSubmit();
    }
  }

  function optionOf(kind, { text, href, query, papers, date }, at) {
    const option = document.createElement("li");
    option.id = `suggestion-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    if (href !== undefined) option.dataset.href = href;
    if (query !== undefined) option.dataset.query = query;
    const detail = papers === undefined ? (date ?? "").slice(0, 4) : papers === 1 ? "1 paper" : `${papers} papers`;
    for (const [name, content] of [
      ["kind", names[kind]],
      ["text", text],
      ["detail", detail],
    ]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = content;
      option.append(part, " ");
    }
    return option;
  }

  function show(answer) {
    const found = Object.keys(shown).flatMap((kind) => answer[kind].slice(0, shown[kind]).map((one) => [kind, one]));
    if (found.length === 0 || document.activeElement !== box) return close();
    const before = options()[chosen]?.dataset;
    list.replaceChildren(...found.map(([kind, one], at) => optionOf(kind, one, at)));
    list.hidden = false;
    // A selected suggestion stays selected if the newer list contains it.
    const same = ({ dataset }) => dataset.href === before.href && dataset.query === before.query;
    choose(before === undefined ? -1 : options().findIndex(same));
    box.setAttribute("aria-expanded", "true");
  }

  async function ask(text) {
    asking?.abort();
    const own = new AbortController();
    asking = own;
    try {
      // The header marks a request from a script: if its session has ended, it gets no suggestions, and the browser shows no login dialog.
      const headers = { "x-requested-with": "paperkin" };
      const response = await fetch(`/v1/suggest?${new URLSearchParams({ q: text })}`, { signal: own.signal, headers });
      const answer = response.ok ? await response.json() : undefined;
      // The text has changed since, so the answer is outdated.
      if (own.signal.aborted || box.value !== text) return;
      if (answer === undefined) close();
      else if (pressed) held = answer;
      else show(answer);
    } catch {
      // Aborted, or the server does not answer: the box keeps working without suggestions.
      if (!own.signal.aborted) close();
    }
  }

  function step(direction) {
    const count = options().length;
    // −1 stands for the box itself, with the typed text.
    choose(((chosen + 1 + direction + count + 1) % (count + 1)) - 1);
  }

  box.addEventListener("input", () => {
    typed = box.value;
    clearTimeout(timer);
    if (typed.trim() === "") return close();
    choose(-1);
    timer = setTimeout(() => ask(typed), quietMs);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.altKey || box.value.trim() === "") return;
      event.preventDefault();
      if (list.hidden) void ask(box.value);
      else step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const option = options()[chosen];
      if (option === undefined) return close();
      event.preventDefault();
      take(option);
    } else if (event.key === "Escape" && !list.hidden) {
      // The first Escape closes the list; the next one clears the box as usual.
      event.preventDefault();
      close();
    } else if (event.key === "Tab") close();
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  // The box keeps the focus, because losing it would close the list before the choice is made.
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    // Other buttons open a menu, and their release is not reported.
    pressed = event.button === 0;
  });
  // The list does not change while the button is pressed: an answer that arrives meanwhile would move the suggestion away from under the
  // pointer, and the click would miss it.
  for (const end of ["pointerup", "pointercancel"])
    addEventListener(end, () => {
      pressed = false;
      setTimeout(() => {
        if (held !== undefined) show(held);
        held = undefined;
      });
    });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option !== null) take(option);
  });
})();
