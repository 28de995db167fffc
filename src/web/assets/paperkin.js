// Sharpens pages that are complete without it: keys, copying, and clicks that are one too many.
(() => {
  const isTyping = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));

  // Keys without Ctrl or Alt are pressed by slips and by voices, too: they can be switched off (WCAG 2.1.4), for all pages of this browser.
  const keysSetting = "paperkin-keys";
  const keysBox = document.querySelector("[data-keys]");
  const storage = (use) => {
    try {
      return use(localStorage);
    } catch {
      // A browser that keeps nothing: what was chosen holds for this page.
      return undefined;
    }
  };
  const readKeys = () => {
    keysBox.checked = storage((kept) => kept.getItem(keysSetting)) !== "off";
  };
  readKeys();
  addEventListener("storage", readKeys);
  addEventListener("pageshow", readKeys);
  keysBox.addEventListener("change", () => storage((kept) => kept.setItem(keysSetting, keysBox.checked ? "on" : "off")));

  const titles = () => [...document.querySelectorAll(".hit h3 a")];

  function step(direction) {
    const links = titles();
    if (links.length === 0) return;
    // From wherever in a paper the focus is: its buttons lead back to themselves.
    const at = links.findIndex((link) => link.closest(".hit").contains(document.activeElement));
    const next = at === -1 ? (direction > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + direction));
    links[next].focus();
    links[next].closest(".hit").scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (!keysBox.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
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

  // A second click on the same button sends nothing twice while the first one is on its way.
  const patienceMs = 10_000;
  let sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.getAttribute("method") !== "post") return;
    const by = event.submitter ?? event.target;
    if (performance.now() - (sent.get(by) ?? -patienceMs) < patienceMs) event.preventDefault();
    else sent.set(by, performance.now());
    for (const waiting of event.target.querySelectorAll("[data-while-sent]")) waiting.hidden = false;
  });
  // Gone back to, after a failure too, it is sent again.
  addEventListener("pageshow", () => {
    sent = new WeakMap();
    for (const waiting of document.querySelectorAll("[data-while-sent]")) waiting.hidden = true;
  });

  async function documentOf(answer) {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // Throws where one is missing. A paper may stand in several lists of a page.
  function renewButtons(fresh, isMeant) {
    const pairs = [...document.querySelectorAll("[data-in-place]")]
      .filter(({ elements }) => isMeant(elements))
      .map((form) => [form, fresh.getElementById(form.querySelector("fieldset").id)]);
    for (const [form, fieldset] of pairs) form.replaceWith(fieldset.closest("form"));
    return new Map(pairs);
  }

  // A page that is gone back to is shown as it was: something may have been said since, here or on a paper's page.
  addEventListener("pageshow", async ({ persisted }) => {
    const isBack = persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    if (!isBack || !document.querySelector("[data-in-place]")) return;
    const isTouched = ({ note }) => note.value !== note.defaultValue || note.form.contains(document.activeElement);
    // “reload”: what a page of the history fetches while it loads comes from the cache, too, however old.
    await fetch(location.href, { cache: "reload", headers: { accept: "text/html" } })
      .then(documentOf)
      .then((fresh) => renewButtons(fresh, (elements) => !isTouched(elements)))
      .catch(() => undefined);
  });

  // The second click of a double click would meet the button that takes back what the first one did.
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("[data-in-place] button")) event.preventDefault();
  });

  // What is said of a paper changes its buttons in place: the page stays where it was scrolled to, and “back” leads to the page before.
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || !submitter || !form.matches("[data-in-place]")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    body.set(submitter.name, submitter.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
      const fieldset = renewButtons(await documentOf(answer), ({ paperId }) => paperId.value === form.elements.paperId.value).get(form);
      const button = fieldset.querySelector(`button[value="${submitter.value}"]`);
      const ways = [button, button?.closest("details")?.querySelector("summary"), fieldset];
      ways.find((way) => way?.checkVisibility()).focus({ preventScroll: true });
    } catch {
      // A session that ended, a service that does not answer: the browser shows it as without script.
      delete form.dataset.inPlace;
      sent.delete(submitter);
      form.requestSubmit(submitter);
    }
  });

  // Addresses that are kept and sent to others hold what was asked for, and no empty fields.
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.getAttribute("method") !== "post") for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });

  // What is too long is told before it is sent: a server that stops reading looks like a broken connection.
  const mib = 2 ** 20;
  for (const input of document.querySelectorAll("[data-most-bytes]"))
    input.addEventListener("change", () => {
      const [bytes, most] = [[...input.files].reduce((sum, file) => sum + file.size, 0), Number(input.dataset.mostBytes)];
      input.setCustomValidity(
        bytes <= most
          ? ""
          : `These are ${Math.ceil(bytes / mib)} MiB, and ${most / mib} MiB can be sent at once: use “npx paperkin import”.`,
      );
      input.reportValidity();
    });

  // What scrolls sideways is reached by keys in every browser.
  function reachScrollers() {
    for (const box of document.querySelectorAll("pre, .wide, .scroll, .formula.long, .formula.display"))
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
  }
  reachScrollers();
  addEventListener("resize", reachScrollers);
  document.addEventListener("toggle", reachScrollers, true);

  // What changes by itself is renewed in place: the page stays where it was scrolled to, and what has the focus keeps it.
  const main = document.querySelector("main");
  const isSame = (one, other) => ["action", "href", "name", "value"].every((name) => one.getAttribute(name) === other.getAttribute(name));
  const holderOf = (element) => element.closest("form, a") ?? element;
  async function renew() {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    const held = main.contains(document.activeElement) ? document.activeElement : undefined;
    main.replaceChildren(...fresh.childNodes);
    if (held !== undefined)
      [...main.querySelectorAll(held.localName)]
        .find((one) => one.textContent === held.textContent && isSame(holderOf(one), holderOf(held)))
        ?.focus({ preventScroll: true });
    main.dataset.renewSeconds = fresh.dataset.renewSeconds ?? "";
    reachScrollers();
  }
  async function keepRenewing() {
    while (main.dataset.renewSeconds) {
      await new Promise((resolve) => setTimeout(resolve, main.dataset.renewSeconds * 1_000));
      // A service that does not answer is asked again.
      if (!document.hidden) await renew().catch(() => undefined);
    }
  }
  void keepRenewing();

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
