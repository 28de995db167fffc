/** The pages in a real browser: keyboard, copying, narrow screens, and nothing from elsewhere. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, temporaryFolder } from "../integration/command-line.ts";
import { copyStarterLibrary } from "../integration/starter-library.ts";
import { hasBrowser, launchBrowser } from "./chromium.ts";

const pages = [
  "/",
  "/?q=evidence+that+ripples+in+spacetime+exist",
  "/?q=agreeing+on+a+value&compare=1",
  "/?q=agreeing+on+a+value&halfLifeDays=900&diversity=0.3",
  "/explain?q=agreeing+on+a+value+year:2019..&paper=arXiv:1706.03762",
  "/papers/arXiv:2306.16213",
  `/papers/${encodeURIComponent("DOI:10.1175/1520-0469(1963)020<0130:dnf>2.0.co;2")}`,
  "/daily",
  "/daily/2023-W31?sort=emerging",
  "/daily/2017-06?sort=votes",
  "/topics",
  "/interests",
  "/topics/climate-and-earth",
  "/similar?like=arXiv:1706.03762",
  "/docs",
];

describe.skipIf(!hasBrowser)("in a browser (Chromium is needed)", () => {
  const folder = temporaryFolder();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    await copyStarterLibrary(folder.path);
    server = await Server.start(["--data", folder.path]);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await Server.stopAll();
    folder.remove();
  });

  /** A page that records what goes wrong and what it loads. */
  async function open(options: { width: number; dark?: boolean }): Promise<{ page: Page; faults: string[]; foreign: string[] }> {
    const context = await browser.newContext({
      viewport: { width: options.width, height: 800 },
      colorScheme: options.dark === true ? "dark" : "light",
    });
    const page = await context.newPage();
    const faults: string[] = [];
    const foreign: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(server.address)) foreign.push(request.url());
    });
    return { page, faults, foreign };
  }

  test("every page fits a screen of 360 pixels, and loads nothing from elsewhere", async () => {
    const { page, faults, foreign } = await open({ width: 360, dark: true });
    for (const path of pages) {
      await page.goto(server.address + path);
      expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), path).toBe(0);
    }
    expect(faults).toEqual([]);
    expect(foreign).toEqual([]);
    await page.context().close();
  });

  test("a search is entered, walked through and followed by keyboard alone", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/topics`);
    await page.goto(`${server.address}/?q=x`);
    await page.keyboard.press("/");
    await page.keyboard.type("how proteins fold");
    await page.keyboard.press("Enter");
    await page.waitForURL(/proteins/);
    // An address worth keeping: no empty fields.
    expect(new URL(page.url()).search).toBe("?q=how+proteins+fold&mode=hybrid");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    // From a paper's buttons, to which saving it leads back, on to the next one.
    const place = "[scrollY, history.length, location.href].join(' ')";
    const before = await page.evaluate(place);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator(".hit .said").waitFor();
    expect(await page.evaluate("document.activeElement === document.querySelector('.hit .said')")).toBe(true);
    expect(await page.evaluate(place)).toBe(before);
    await page.keyboard.press("j");
    expect(await page.evaluate("document.activeElement.closest('.hit') === document.querySelectorAll('.hit')[1]")).toBe(true);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/papers\//);
    await page.goBack();
    await page.locator(".hit .said").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.locator(".hit .said").first().press("Enter");
    await page.locator(".said").waitFor({ state: "detached" });
    await page.keyboard.press("k");
    const title = await page.locator(".hit h3 a").first().textContent();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/papers\//);
    expect(await page.locator("h1").textContent()).toContain(title?.trim() ?? "?");
    await page.context().close();
  });

  test("shortcuts without Ctrl are switched off and on again, for every page in the browser", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/?q=how+proteins+fold`);
    const isOn = async () => {
      await page.keyboard.press("j");
      return await page.locator(".hit h3 a:focus").count();
    };
    expect(await isOn()).toBe(1);
    const box = page.getByRole("checkbox", { name: /^Keys: \/ searches/ });
    await box.press("Space");
    expect(await isOn()).toBe(0);
    await page.reload();
    expect([await box.isChecked(), await isOn()]).toEqual([false, 0]);
    await page.goto(`${server.address}/topics`);
    await page.keyboard.press("/");
    await box.press("Space");
    await page.goto(`${server.address}/?q=how+proteins+fold`);
    expect(await isOn()).toBe(1);
    await page.context().close();
  });

  test("a double click sends a form once, and it can be sent again after going back", async () => {
    const { page } = await open({ width: 1000 });
    let sent = 0;
    await page.route("**/comments", async (route) => {
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
    await page.goto(`${server.address}/papers/arXiv:1706.03762`);
    await page.locator("form[action='/comments'] textarea").fill("Twice clicked.");
    await page.locator("form[action='/comments'] button").dblclick();
    await page.locator(".comment", { hasText: "Twice clicked." }).waitFor();
    expect([sent, await page.locator(".comment").count()]).toEqual([1, 1]);
    await page.locator(".hit summary", { hasText: "Remove" }).click();
    await page.locator(".hit button", { hasText: "Remove the comment" }).click();
    await page.waitForFunction("document.querySelector('.comment') === null");
    await page.context().close();
  });

  test("a double click gives feedback on a paper without undoing it, however fast the first click was answered", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/?q=how+proteins+fold`);
    const { x, y } = (await page.locator(".hit button[value=save]").first().boundingBox()) ?? { x: 0, y: 0 };
    await page.mouse.click(x + 5, y + 5);
    await page.locator(".said").waitFor();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await page.goto(`${server.address}/feedback?kind=save`);
    expect(await page.locator(".hit").count()).toBe(1);
    await page.locator(".said").first().click();
    await page.locator(".said").waitFor({ state: "detached" });
    await page.context().close();
  });

  test("feedback on a paper that the service refuses is shown as without script", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/?q=how+proteins+fold`);
    await page.route("**/feedback", (route) =>
      route.request().isNavigationRequest() ? route.continue() : route.fulfill({ status: 401, body: "Sign in" }),
    );
    await page.locator(".hit button[value=save]").first().click();
    await page.waitForURL(/#of-/);
    await page.locator(".said").first().click();
    await page.locator(".said").waitFor({ state: "detached" });
    await page.context().close();
  });

  test("a file is imported, found by its words, and one that is too large is reported before it is sent", async () => {
    const { page } = await open({ width: 390 });
    await page.goto(`${server.address}/import`);
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: "application/octet-stream", buffer });
    // With a claimed length, so that no test has to hold it in memory.
    await page.evaluate("document.querySelector('[data-most-bytes]').dataset.mostBytes = 1_000");
    await page.locator("input[type=file]").setInputFiles([file("a.bib", Buffer.alloc(600, " ")), file("b.bib", Buffer.alloc(600, " "))]);
    await page.locator("main button").click();
    expect(await page.evaluate("document.querySelector('input[type=file]').validationMessage")).toContain("paperkin import");
    await page
      .locator("input[type=file]")
      .setInputFiles([file("mine.bib", Buffer.from("@misc{k, title = {Zinc kettles whistle}, doi = {10.5555/zinc}}"))]);
    await page.locator("main button").click();
    await page.locator("#outcome", { hasText: "1 new paper" }).waitFor();
    await page.goto(`${server.address}/?q=zinc+kettles`);
    expect(await page.locator(".hit h3").first().textContent()).toContain("Zinc kettles whistle");
    await page.context().close();
  });

  test("a title of many lines is cut in lists and complete on its page; scrolling boxes are reachable by keyboard", async () => {
    const title = `${"A title that does not end where one would expect it to ".repeat(14)}at last`;
    const body = JSON.stringify({ id: "long:1", title, abstract: `It is $${"x_{1} + ".repeat(60)}y$.` });
    const added = await server.get("/v1/papers", { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(added.status, await added.text()).toBe(200);
    const { page } = await open({ width: 360 });
    await page.goto(`${server.address}/?q=${encodeURIComponent('"where one would expect it to"')}`);
    const { height = 0 } = (await page.locator(".hit h3").first().boundingBox()) ?? {};
    expect(height).toBeGreaterThan(0);
    expect(height).toBeLessThan(130);
    await page.locator(".hit h3 a").first().click();
    await page.waitForURL(/\/papers\//);
    const hidden = "document.querySelector('h1').scrollHeight - document.querySelector('h1').clientHeight";
    expect(await page.evaluate<number>(hidden)).toBeLessThan(2);
    expect(await page.locator("h1").textContent()).toContain("at last");
    expect(await page.locator(".abstract .formula").first().getAttribute("tabindex")).toBe("0");
    await page.context().close();
  });

  test("the reason why a paper is found is opened and followed by keyboard alone", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/?q=how+proteins+fold`);
    const why = page.locator(".because").first();
    await why.locator("summary").press("Enter");
    expect(await why.locator("tbody th").allTextContents()).toEqual(["Meaning (cosine)", "Words (BM25)"]);
    await why.locator("a").press("Enter");
    await page.waitForURL(/\/explain\?/);
    expect(await page.locator(".reasons li").first().textContent()).toBe("It is hit 1.");
    await page.locator("input[name=paper]").fill("arXiv:1706.03762");
    await page.locator("input[name=paper]").press("Enter");
    await page.waitForURL(/paper=arXiv%3A1706\.03762/);
    expect(await page.locator("h2").textContent()).toContain("Attention Is All You Need");
    await page.context().close();
  });

  test("on a page without a search box, the search shortcut leads to one", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/topics`);
    await page.keyboard.press("/");
    await page.waitForURL(`${server.address}/`);
    // A browser places the cursor there a moment after the page has loaded.
    await page.locator("#q:focus").waitFor();
    await page.keyboard.type("how proteins fold");
    expect(await page.locator("#q").inputValue()).toBe("how proteins fold");
    await page.context().close();
  });

  test("feedback on papers related to a text leads back to the same text, without script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${server.address}/similar`);
    await page.fill("textarea[name=text]", "a bacterial enzyme\nthat cuts DNA at chosen places");
    await page.click("form.kin button[type=submit]");
    const hit = page.locator(".hit").nth(5);
    const title = await hit.locator("h3").textContent();
    await hit.locator("button[value=save]").click();
    for (const folded of [".rest", ".note"]) await hit.locator(`${folded} > summary`).click();
    await hit.locator("textarea[name=note]").fill("Read the methods.");
    await hit.getByRole("button", { name: "Save note" }).click();
    expect(page.url()).toMatch(/\/similar\?text=a\+bacterial\+[^#]*#of-[\w-]+$/);
    // Back at the paper, far down the list.
    const { y = -1 } = (await hit.locator("form.feedback").boundingBox()) ?? {};
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(800);
    expect(await page.locator(".said").allTextContents()).toEqual(["Saved · undo", expect.stringContaining("Read the methods.")]);
    await hit.locator(".note > summary").click();
    await hit.locator(".sure summary").click();
    for (const kind of ["note", "save"]) await hit.locator(`button[name=undo][value=${kind}]`).click();
    expect(await page.locator(".said").count()).toBe(0);
    expect(await hit.locator("h3").textContent()).toBe(title);
    expect(await page.inputValue("textarea[name=text]")).toBe("a bacterial enzyme\nthat cuts DNA at chosen places");
    await context.close();
  });

  test("a refused form opens at the error and keeps the input, on a phone too", async () => {
    const { page } = await open({ width: 360 });
    await page.goto(`${server.address}/interests`);
    await page.fill("textarea[name=words]", "gravitational waves");
    await page.locator("summary", { hasText: "Narrow it down" }).click();
    await page.fill("input[name=conditions]", "no condition");
    await page.getByRole("button", { name: "Follow this" }).press("Enter");
    const problem = page.locator(".problem:focus");
    expect(await problem.textContent()).toContain("is not a condition");
    const { y = -1 } = (await problem.boundingBox()) ?? {};
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThan(800);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.value")).toBe("gravitational waves");
    // The kinds of feedback break between their names, not within.
    await page.goto(`${server.address}/feedback`);
    const heights = await page.locator(".tabs a").evaluateAll((links) => links.map((link) => link.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeLessThan(50);
    await page.context().close();
  });

  test("letters of twice the size at four times the zoom need no horizontal scrolling", async () => {
    const { page } = await open({ width: 320 });
    for (const path of ["/?q=consensus&yearFrom=1990", "/daily", "/interests", "/subscriptions", "/feeds"]) {
      await page.goto(server.address + path);
      expect(await page.evaluate("document.documentElement.style.fontSize = '200%', document.documentElement.scrollWidth"), path).toBe(320);
    }
    await page.context().close();
  });

  test("in forced colors, buttons have a border, and the current page and the selected suggestion are marked", async () => {
    const { page } = await open({ width: 1000 });
    await page.emulateMedia({ forcedColors: "active" });
    await page.goto(`${server.address}/`);
    const styleOf = async (selector: string, name: string) =>
      await page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).getPropertyValue("${name}")`);
    expect(await styleOf(".search button", "border-top-style")).toBe("solid");
    expect(await styleOf("nav [aria-current=page]", "text-decoration-line")).toBe("underline");
    await page.keyboard.type("attention");
    await page.locator("[role=option]").first().waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await styleOf("[role=option][aria-selected=true]", "outline-style")).toBe("solid");
    await page.context().close();
  });

  test("listings are browsed by keyboard and by choosing a day", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/daily?sort=votes`);
    await page.locator("nav[aria-label='Earlier and later'] a[rel=prev]").press("Enter");
    await page.waitForURL(/\/daily\/\d{4}-\d\d-\d\d\?sort=votes$/);
    await page.locator("input[type=date]").fill("2017-06-30");
    await page.locator(".goto button").press("Enter");
    await page.waitForURL(/period=2017-06-30/);
    expect(await page.locator("h1").textContent()).toMatch(/ June 2017$/);
    expect(await page.locator("[aria-current=page]").allTextContents()).toEqual(["Daily", "Day", "Votes"]);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/papers\//);
    await page.context().close();
  });

  test("BibTeX is copied with one click", async () => {
    const { page } = await open({ width: 1000 });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(`${server.address}/papers/arXiv:1706.03762`);
    await page.locator(".bibtex summary").click();
    await page.locator("[data-copy]").click();
    await page.locator("text=Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/@\w+\{.*Attention Is All You Need/s);
    await page.context().close();
  });

  test("mathematics in an abstract is shown as mathematics", async () => {
    const { page } = await open({ width: 1000 });
    await page.goto(`${server.address}/papers/arXiv:2306.16213`);
    expect(await page.locator(".abstract math").count()).toBeGreaterThan(0);
    expect(await page.locator(".abstract").textContent()).not.toContain("$");
    await page.context().close();
  });

  test("without script, a search still works", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.address);
    await page.locator("#q").fill("how proteins fold");
    await page.locator("form.search button[type=submit]").click();
    expect(await page.locator(".hit").count()).toBe(20);
    await page.locator("a[rel=next]").click();
    expect(await page.locator(".hit").count()).toBe(20);
    await context.close();
  });
});
