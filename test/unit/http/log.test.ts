/** What the log of a server holds. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createLog } from "../../../src/http/log.ts";

it("The log holds no character that a terminal would obey, and the same texts", () => {
  const folder = mkdtempSync(join(tmpdir(), "paperkin-log-"));
  try {
    const log = createLog("info", join(folder, "log"));
    const path = "/\u001b[31m\u009b31m\u202eevil\u2066\u007f\nforged";
    log.info({ path }, "request");
    const text = readFileSync(join(folder, "log"), "utf8");
    expect(text).toMatch(/^[\u0020-\u007e]*\n$/);
    expect(JSON.parse(text)).toMatchObject({ path, msg: "request" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
