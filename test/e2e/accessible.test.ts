/**
 * Every page, on a phone and on a desktop, light and dark: what matters to people who zoom, listen, use the keyboard or see little
 * contrast (WCAG 2.2 AA, as far as a program can tell). In this process, on an invented library: other tests check what pages contain.
 */
import { readFileSync } from "node:fs";
import { source as axe } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays } from "../../src/core/period.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../src/engine/engine.ts";
import { type Listening, listen } from "../../src/http/listen.ts";
import { MemoryLibrary } from "../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../contract/invented-papers.ts";
import { serviceOf } from "../unit/http/service-of.ts";
import { hasBrowser, launchBrowser } from "./chromium.ts";

/** The findings of axe-core, each rule with the first elements that break it, and how many it checked. */
const askAxe = (rules: string[]) => `axe.run({ runOnly: ${JSON.stringify(rules)} }).then(({ violations, passes }) => ({
  kept: passes.length,
  broken: violations.map(({ help, nodes }) => help + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(" ")),
}))`;
const allRules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Runs in the page, and returns what is wrong with it beyond that. */
const otherFaults = readFileSync(new URL("./page-faults.js", import.meta.url), "utf8");

describe.skipIf(!hasBrowser)("every page (Chromium is needed)", () => {
  const engine = new Engine(new MemoryLibrary(), new HashingEmbedder(), { publicUrl: "http://127.0.0.1:1" });
  const interests = { plain: "", two: "" };
  let server: Listening;
  let browser: Browser;
  const keys = { admin: "", read: "" };

  beforeAll(async () => {
    const today = engine.person("ada").today();
    const abstracts = ["Copper kettles boil water over fire", "Granite violins play slow music indoors"];
    const formula = `$${"x_{1} + ".repeat(60)}y$`;
    await engine.library.upsert([
      ...Array.from({ length: 20 }, (_, at) =>
        inventPaper(at, {
          title: `Paper ${at} ${at === 0 ? "that does not end where one would expect it to ".repeat(8) : ""}`,
          abstract: `${abstracts[at % 2]} number${at}. ${at === 0 ? formula : ""}`,
          published: addDays(today, -at),
        }),
      ),
      inventPaper(20, {
        title: "غلايات النحاس",
        abstract: "تغلي غلايات النحاس الماء على النار.",
        authors: Array.from({ length: 30 }, (_, at) => ({ name: `Author ${at}` })),
        published: today,
        votes: 1_234,
        comments: 5,
        codeUrl: "https://example.org/code",
        pdfUrl: "https://example.org/pdf",
        status: "retracted",
      }),
    ]);
    await engine.embedBacklog();
    await engine.addTopic("Kettles", "copper kettles");
    for (const scope of ["admin", "read"] as const) keys[scope] = await engine.addPerson("ada", scope);
    const ada = engine.person("ada");
    const positives = Array.from({ length: 20 }, (_, at) => `X:${at}`);
    interests.two = (await ada.addInterest({ name: "Two", positives })).id;
    interests.plain = (await ada.addInterest({ words: "copper kettles", excludedWords: ["tin"] })).id;
    await ada.giveFeedback("X:1", { kind: "note", note: "Read it." });
    await ada.giveFeedback("X:2", { kind: "save" });
    await ada.addFeed();
    await engine.addComment("ada", "X:20", "It sings: https://example.org/song.");
    await engine.jobs.start();
    await engine.jobs.addVerify();
    server = await listen(serviceOf(engine), "127.0.0.1", 0);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close(0);
    await engine.close();
  });

  const pages = () => [
    "/",
    "/?q=copper+kettles&yearFrom=1990",
    "/?q=%22no+such+phrase%22&mode=keyword&author=nobody",
    "/?q=copper+kettles&compare=1",
    "/explain?q=copper+year:2019..&paper=X:0",
    "/explain?q=copper",
    "/papers/X:0",
    "/papers/X:20",
    "/daily",
    `/daily/${engine.person("ada").today().slice(0, 7)}?sort=votes`,
    "/daily?sort=emerging",
    "/picks",
    "/interests",
    `/interests/${interests.plain}`,
    `/interests/${interests.two}`,
    "/topics",
    "/topics/kettles",
    "/similar",
    "/similar?like=X:1",
    "/similar?like=nothing",
    "/feedback",
    "/feeds",
    "/subscriptions",
    "/import",
    "/account",
    "/sign-in",
    "/admin",
    "/admin/people",
    "/admin?reindex=1",
    "/docs",
    "/nowhere",
    "/papers/nothing",
    "/daily/yesterday",
    "/confirm/nothing",
  ];

  async function open(key: string): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({ extraHTTPHeaders: key === "" ? {} : { "x-api-key": key } });
    return { context, page: await context.newPage() };
  }

  /** @returns a page's faults in every presentation, each fault once. */
  async function faultsAt(page: Page, path: string): Promise<string[]> {
    await page.setViewportSize({ width: 375, height: 800 });
    await page.goto(server.address + path, { waitUntil: "domcontentloaded" });
    await page.evaluate(axe);
    const found = new Set<string>();
    for (const [width, colorScheme, rules] of [
      [375, "light", allRules],
      [375, "dark", ["color-contrast"]],
      [1280, "light", allRules],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true");
      // After a turn, the script states which boxes scroll.
      await page.evaluate("new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve)))");
      const { kept, broken } = await page.evaluate<{ kept: number; broken: string[] }>(askAxe([...rules]));
      expect(kept, path).toBeGreaterThan(rules.length === 1 ? 0 : 10);
      const others = await page.evaluate<string[]>(otherFaults);
      for (const fault of [...broken, ...others]) found.add(`${path} (${width}, ${colorScheme}): ${fault}`);
    }
    return [...found];
  }

  test("can be read, heard, clicked and reached by somebody who may do everything", async () => {
    const { context, page } = await open(keys.admin);
    const faults: string[] = [];
    for (const path of pages()) faults.push(...(await faultsAt(page, path)));
    expect(faults).toEqual([]);
    await context.close();
  });

  test("is accessible to read-only users, and to those not signed in", async () => {
    const faults: string[] = [];
    const reader = await open(keys.read);
    for (const path of ["/?q=copper+kettles", "/papers/X:20", "/interests", `/interests/${interests.plain}`, "/feeds", "/admin"])
      faults.push(...(await faultsAt(reader.page, path)));
    await reader.context.close();
    const stranger = await open("");
    faults.push(...(await faultsAt(stranger.page, "/interests")));
    expect(await stranger.page.locator("h1").textContent()).toBe("Sign in");
    expect(faults).toEqual([]);
    await stranger.context.close();
  });

  test("is printed with the ids of its papers, and without controls", async () => {
    const { context, page } = await open(keys.admin);
    await page.emulateMedia({ media: "print" });
    await page.goto(`${server.address}/daily`);
    const behind = "getComputedStyle(document.querySelector('.hit h3 a'), '::after').content";
    expect(await page.evaluate(behind)).toMatch(/\/papers\/X:\d+/);
    const clickable = "button:visible, summary:visible:not(.authors summary), nav:visible";
    expect(await page.locator(clickable).count()).toBe(0);
    await page.goto(`${server.address}/papers/X:20`);
    expect([await page.locator(clickable).count(), await page.locator(".comment:visible").count()]).toEqual([0, 1]);
    await context.close();
  });

  test("has room for a search, without broken words, in letters of twice the size on a small phone", async () => {
    const { context, page } = await open(keys.admin);
    await page.setViewportSize({ width: 360, height: 800 });
    for (const path of ["/", "/?q=copper+kettles", "/papers/X:20", "/picks"]) {
      await page.goto(server.address + path);
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    }
    await page.goto(server.address);
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    const [box, mode] = [await page.locator("#q").boundingBox(), await page.locator(".modes label").first().boundingBox()];
    expect(box?.width).toBeGreaterThan(200);
    expect(mode?.height).toBeLessThan(64);
    await context.close();
  });

  test("is entered at its content by keyboard, and shows the focus", async () => {
    const { context, page } = await open(keys.admin);
    await page.goto(`${server.address}/daily`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Skip to the content");
    expect((await page.locator(".skip").boundingBox())?.height ?? 0).toBeGreaterThan(20);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.querySelector('main').contains(document.activeElement)")).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await context.close();
  });
});
