/** The administration page in a real browser. */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, temporaryFolder } from "../integration/command-line.ts";
import { copyStarterLibrary } from "../integration/starter-library.ts";
import { hasBrowser, launchBrowser } from "./chromium.ts";

describe.skipIf(!hasBrowser)("administering a library in a browser (Chromium is needed)", () => {
  const folder = temporaryFolder();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    await copyStarterLibrary(join(folder.path, "library"));
    server = await Server.start(["--data", join(folder.path, "library")]);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await Server.stopAll();
    folder.remove();
  });

  async function open(options: { script?: boolean } = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, javaScriptEnabled: options.script !== false });
    const page = await context.newPage();
    await page.goto(`${server.address}/admin`);
    return page;
  }
  const jobs = async () => ((await (await server.get("/v1/jobs")).json()) as { jobs: { kind: string; state: string }[] }).jobs;

  test("without script, a reindex is started, followed by the page itself, and shown as done with its audit", async () => {
    const page = await open({ script: false });
    await page.locator("summary", { hasText: "Reindex" }).click();
    await page.locator("input[name=M]").fill("8");
    await page.locator("button", { hasText: /^Reindex$/ }).click();
    await page.waitForURL(`${server.address}/admin`);
    // The page reloads itself until nothing changes.
    await page.locator(".badge", { hasText: "done" }).waitFor();
    expect(await page.locator("#jobs ~ ul li").first().textContent()).toMatch(/0 papers embedded, 325 embeddings used again; recall@10/);
    expect(await page.locator("tbody tr").first().textContent()).toMatch(/^2live325 of 325.*M 8, ef 200/);
    expect(await page.locator("meta[http-equiv=refresh]").count()).toBe(0);
    await page.locator("button", { hasText: "Go back to the previous one" }).click();
    await page.locator("tbody tr").first().locator("text=/^1$/").waitFor();
    await page.locator("summary", { hasText: "Remove the old ones" }).press("Enter");
    await page.locator("button", { hasText: "Remove them" }).press("Enter");
    expect(await page.locator("thead ~ tbody tr").count()).toBe(1);
    await page.context().close();
  });

  test("a reindex is paused, resumed and cancelled with its buttons", async () => {
    const page = await open();
    await page.locator("summary", { hasText: "Reindex" }).click();
    await page.locator("input[name=truncation]").fill("64");
    await page.locator("input[name=workers]").fill("1");
    await page.locator("button", { hasText: /^Reindex$/ }).click();
    await page.locator("button", { hasText: "Pause" }).click();
    await page.locator(".badge", { hasText: "paused" }).waitFor();
    expect(await page.locator("button", { hasText: /^Reindex$/ }).count()).toBe(0);
    await page.locator("button", { hasText: "Resume" }).click();
    // The page updates by itself; what was opened stays open for the second click.
    await page.locator("a", { hasText: "Cancel" }).click();
    await page.locator("button", { hasText: "Cancel the job" }).click();
    await page.locator(".badge", { hasText: "cancelled" }).waitFor();
    expect((await jobs())[0]).toMatchObject({ kind: "reindex", state: "cancelled" });
    await page.context().close();
  });

  test("the library is checked, and findings appear, on the same page: the focused element stays focused", async () => {
    const page = await open();
    const loaded = page.waitForEvent("load");
    await page.locator("button", { hasText: "Check the library" }).click();
    await loaded;
    await page.evaluate("window.isSamePage = true");
    await page.locator("button", { hasText: "Check the library" }).focus();
    await page.locator("text=/\\d checks, and nothing is wrong/").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Check the library");
    expect(await page.evaluate("window.isSamePage")).toBe(true);
    await page.context().close();
  });

  test("invalid input is refused and kept, and hostile words are only words", async () => {
    const page = await open();
    await page.locator("summary", { hasText: "Reindex" }).click();
    await page.locator("input[name=model]").fill('"><img src=x onerror=alert(1)>');
    await page.locator("button", { hasText: /^Reindex$/ }).click();
    expect(await page.locator("[role=alert]").textContent()).toContain("a model id is owner/name");
    expect(await page.locator("input[name=model]").inputValue()).toBe('"><img src=x onerror=alert(1)>');
    expect(await page.locator("img").count()).toBe(0);
    expect((await server.get("/admin/verify", { method: "POST", headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
    await page.context().close();
  });
});
