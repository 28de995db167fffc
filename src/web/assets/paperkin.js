// Enhances pages that are complete without it: keyboard shortcuts, copying, and protection against repeated clicks.
(() => {
  const isTyping = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));

  // Single-key shortcuts are also triggered by accident and by speech input, so they can be switched off (WCAG 2.1.4), for all pages in
  // this browser.
  const keysSetting = "paperkin-keys";
  const keysBox = document.querySelector("[data-keys]");
  const storage = (use) => {
    try {
      return use(localStorage);
    } catch {
      // Without storage, the choice applies to this page only.
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
    // Counts from the paper that contains the focus, which may be on one of its buttons.
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
        // The start page has a search box that is focused.
        location.assign("/");
        return;
      }
      box.focus();
      box.select();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });

  for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;

  // A second click on the same button does not send the form again while the first request is pending.
  const patienceMs = 10_000;
  let sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.getAttribute("method") !== "post") return;
    const by = event.submitter ?? event.target;
    if (performance.now() - (sent.get(by) ?? -patienceMs) < patienceMs) event.preventDefault();
    else sent.set(by, performance.now());
    for (const waiting of event.target.querySelectorAll("[data-while-sent]")) waiting.hidden = false;
  });
  // After going back, also from an error, the form can be sent again.
  addEventListener("pageshow", () => {
    sent = new WeakMap();
    for (const waiting of document.querySelectorAll("[data-while-sent]")) waiting.hidden = true;
  });

  async function documentOf(answer) {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // Throws if a form has no counterpart. A paper may be in several lists of a page.
  function renewButtons(fresh, isMeant) {
    const pairs = [...document.querySelectorAll("[data-in-place]")]
      .filter(({ elements }) => isMeant(elements))
      .map((form) => [form, fresh.getElementById(form.querySelector("fieldset").id)]);
    for (const [form, fieldset] of pairs) form.replaceWith(fieldset.closest("form"));
    return new Map(pairs);
  }

  // The browser restores a page from history as it was, but feedback may have changed since, here or on a paper's page.
  addEventListener("pageshow", async ({ persisted }) => {
    const isBack = persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    if (!isBack || !document.querySelector("[data-in-place]")) return;
    const isTouched = ({ note }) => note.value !== note.defaultValue || note.form.contains(document.activeElement);
    // “reload”, because requests of a page from history are otherwise answered from the cache, however old it is.
    await fetch(location.href, { cache: "reload", headers: { accept: "text/html" } })
      .then(documentOf)
      .then((fresh) => renewButtons(fresh, (elements) => !isTouched(elements)))
      .catch(() => undefined);
  });

  // The second click of a double click would hit the undo button that the first one has created.
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("[data-in-place] button")) event.preventDefault();
  });

  // Feedback on a paper changes its buttons in place: the scroll position stays, and “back” leads to the previous page.
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
      // If the session has ended or the service does not answer, the browser sends the form as it would without script.
      delete form.dataset.inPlace;
      sent.delete(submitter);
      form.requestSubmit(submitter);
    }
  });

  // Addresses are kept and shared, so empty fields are left out of them.
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.getAttribute("method") !== "post") for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });

  // Too large a selection is reported before it is sent, because a server that stops reading looks like a broken connection.
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

  // Makes areas that scroll sideways reachable by keyboard in every browser.
  function reachScrollers() {
    for (const box of document.querySelectorAll("pre, .wide, .scroll, .formula.long, .formula.display"))
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
  }
  reachScrollers();
  addEventListener("resize", reachScrollers);
  document.addEventListener("toggle", reachScrollers, true);

  // Refreshes a changing page in place: the scroll position and the focus are kept.
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
      // If the service does not answer, the next refresh tries again.
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
        // If the browser forbids copying, the text is selected for the person to copy.
        getSelection().selectAllChildren(source);
        button.textContent = "Marked: press Ctrl+C";
      }
    });
  }
})();
