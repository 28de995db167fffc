/** Suggestions below the search box in a real browser: by keyboard, by mouse, by touch, and unobtrusive for those who want none. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, Server, temporaryFolder } from "../integration/command-line.ts";
import { copyStarterLibrary } from "../integration/starter-library.ts";
import { hasBrowser, launchBrowser } from "./chromium.ts";

describe.skipIf(!hasBrowser)("suggestions in a browser (Chromium is needed)", () => {
  const folder = temporaryFolder();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    await copyStarterLibrary(folder.path);
    server = await Server.start(["--data", folder.path]);
    browser = await launchBrowser();
    await eventually(async () => {
      const { complete } = (await (await server.get("/v1/suggest?q=a")).json()) as { complete: boolean };
      return complete ? true : undefined;
    });
  });
  afterAll(async () => {
    await browser?.close();
    await Server.stopAll();
    folder.remove();
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options })).newPage();
    await page.goto(server.address);
    return page;
  }

  // At once, so that the first list shown is the one for the whole text.
  async function type(page: Page, text: string): Promise<void> {
    await page.locator("#q").fill(text);
    await page.locator("#suggestions [role=option]").first().waitFor();
  }

  test("arrow keys select, the selected one is announced to screen readers, and Enter goes there", async () => {
    const page = await open();
    const box = page.getByRole("combobox");
    expect(await box.getAttribute("aria-expanded")).toBe("false");
    await type(page, "attention is");
    expect(await box.getAttribute("aria-expanded")).toBe("true");
    expect(await box.getAttribute("aria-activedescendant")).toBeNull();
    await page.keyboard.press("ArrowDown");
    const chosen = page.locator("[role=option][aria-selected=true]");
    expect(await box.getAttribute("aria-activedescendant")).toBe(await chosen.getAttribute("id"));
    expect(await chosen.textContent()).toContain("Attention Is All You Need");
    expect(await box.inputValue()).toBe("attention is");
    // Up from the first is the box again, and up from there the last.
    await page.keyboard.press("ArrowUp");
    expect(await chosen.count()).toBe(0);
    await page.keyboard.press("ArrowUp");
    expect(await page.locator("[role=option]").last().getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/papers\/arXiv:1706\.03762$/);
    await page.context().close();
  });

  test("a name becomes a condition, and is searched for in the chosen mode", async () => {
    const page = await open();
    await page.locator("input[value=keyword]").check();
    await type(page, "has:abstract author:vaswa");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/mode=keyword/);
    expect(new URL(page.url()).searchParams.get("q")).toBe('has:abstract author:"Ashish Vaswani"');
    await page.context().close();
  });

  test("Enter without a selection searches for what was typed", async () => {
    const page = await open();
    await type(page, "attention");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=attention(&|$)/);
    await page.context().close();
  });

  test("Escape closes the list and keeps the text; an arrow key reopens it; leaving the box closes it", async () => {
    const page = await open();
    await type(page, "attention");
    await page.keyboard.press("Escape");
    expect(await page.locator("#suggestions").isVisible()).toBe(false);
    expect(await page.locator("#q").inputValue()).toBe("attention");
    expect(await page.getByRole("combobox").getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.press("ArrowDown");
    await page.locator("[role=option]").first().waitFor();
    await page.keyboard.press("Tab");
    expect(await page.locator("#suggestions").isVisible()).toBe(false);
    await page.context().close();
  });

  test("a late answer does not replace a newer one", async () => {
    const page = await open();
    await page.route("**/v1/suggest?q=att", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      await route.continue().catch(() => undefined);
    });
    const asked = page.waitForRequest(/q=att$/);
    await page.locator("#q").fill("att");
    await asked;
    await page.locator("#q").fill("deep res");
    await page.locator("[role=option]").first().waitFor();
    await page.waitForTimeout(1_000);
    expect(await page.locator("[role=option]").first().textContent()).toContain("Deep Residual");
    await page.context().close();
  });

  test.each([
    ["a mouse", {}],
    ["a finger on a narrow, dark screen", { viewport: { width: 360, height: 700 }, hasTouch: true, colorScheme: "dark" as const }],
  ])("%s selects", async (_, options) => {
    const page = await open(options);
    const faults: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    await type(page, "attention is");
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
    const first = page.locator("[role=option]").first();
    if ("hasTouch" in options) await first.tap();
    else await first.click();
    await page.waitForURL(/\/papers\/arXiv:1706\.03762$/);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("an answer that arrives while the mouse is pressed does not remove the suggestion", async () => {
    const page = await open();
    await type(page, "attention is");
    let answer = () => {};
    await page.route("**/v1/suggest?q=attention+is+a", async (route) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue();
    });
    const asked = page.waitForRequest(/q=attention\+is\+a$/);
    await page.locator("#q").press("End");
    await page.locator("#q").pressSequentially(" a");
    await asked;
    await page.locator("[role=option]").first().hover();
    await page.mouse.down();
    const answered = page.waitForResponse(/q=attention\+is\+a$/);
    answer();
    await (await answered).finished();
    await page.waitForTimeout(200);
    await page.mouse.up();
    await page.waitForURL(/\/papers\/arXiv:1706\.03762$/);
    await page.context().close();
  });

  test("a context menu on a suggestion delays no later ones: nothing reports its end", async () => {
    const page = await open();
    await type(page, "attention is");
    await page.locator("[role=option]").first().hover();
    await page.mouse.down({ button: "right" });
    await page.locator("#q").fill("neural");
    await page
      .locator("[role=option]", { hasText: /neural/i })
      .first()
      .waitFor({ timeout: 5_000 });
    await page.mouse.up({ button: "right" });
    await page.context().close();
  });

  test("titles and names are shown as text, never markup", async () => {
    const title = "<img src=x onerror=document.title='run'> marks";
    await server.get("/v1/papers", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "test:hostile", title: "placeholder", authors: ["Zzyzx <b>Bold</b>"] }),
    });
    const page = await open();
    await page.route("**/v1/suggest?**", async (route) => {
      const answer = (await (await route.fetch()).json()) as Record<string, unknown>;
      await route.fulfill({ json: { ...answer, titles: [{ text: title, href: "/daily", paperId: "x" }] } });
    });
    await type(page, "zzyzx");
    expect(await page.locator("#suggestions .text").first().textContent()).toBe(title);
    expect(await page.locator("#suggestions img, #suggestions b").count()).toBe(0);
    await page.context().close();
  });

  test("the counts beside few papers end above the footer", async () => {
    const page = await open({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${server.address}/?q=attention`);
    await page.evaluate("for (const hit of [...document.querySelectorAll('.hit')].slice(1)) hit.remove()");
    const [facets, footer] = [await page.locator(".facets").boundingBox(), await page.locator("footer").boundingBox()];
    expect((facets?.y ?? 0) + (facets?.height ?? 0)).toBeLessThanOrEqual(footer?.y ?? 0);
    expect(facets?.x ?? 0).toBeGreaterThan(700);
    await page.context().close();
  });
});
