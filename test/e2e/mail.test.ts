/** A mail on a narrow screen. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mailDocument, paragraph } from "../../src/engine/mail-html.ts";
import { hasBrowser, launchBrowser } from "./chromium.ts";

describe.skipIf(!hasBrowser)("a mail", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  it("is no wider than the screen, even if an abstract contains an address without a space", async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 600 } });
    const abstract = `Kettles sing at https://example.org/${"kettles".repeat(12)} and in kitchens. ${"They sing in copper. ".repeat(9)}`;
    await page.setContent(mailDocument("Picks", "Kettles: 1", paragraph(abstract)));
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await page.close();
  }, 60_000);
});
