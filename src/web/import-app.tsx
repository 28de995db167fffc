/** Imports files of papers that are uploaded from a browser. */
import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { AppError } from "../core/errors.ts";
import type { FileEvent } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import type { SentReport } from "../engine/intake/sent-files.ts";
import { yieldTurn } from "../engine/turns.ts";
import { explainable } from "./explainable.ts";
import { ImportPage } from "./import-page.tsx";
import { documentOf } from "./layout.tsx";
import { newOnce, OnceOnly } from "./once-only.ts";
import { type SentBytes, sentFilesOf } from "./sent-files.ts";

/** Reads the papers of an uploaded file, which may be an archive. @param name with its extension. */
export type ReadSent = (name: string, bytes: Buffer) => AsyncIterable<FileEvent>;

/** Reports that are remembered for forms that are sent twice: that of an archive may list thousands of files. */
const mostReports = 20;

/** Uploading requires an `admin` key, which `http/identity.ts` enforces. */
export function createImportApp(engine: Engine, readSent: ReadSent): Hono {
  const app = new Hono({ strict: false });
  const imported = new OnceOnly<SentReport[]>(mostReports);

  const show = async (c: Context, reports: readonly SentReport[], error?: AppError) => {
    const waiting = reports.length === 0 ? 0 : (await engine.status()).backlog;
    const page = <ImportPage reports={reports} waiting={waiting} problem={error?.explanation} once={newOnce()} />;
    return c.html(documentOf(c, page), error?.outcome.status ?? 200);
  };

  /** @param signal not for a form that may be sent again: a second click ends the first request, and waits for its result. */
  const takeIn = (files: readonly SentBytes[], signal?: AbortSignal) =>
    engine.takeInFiles(
      files.map(({ name, bytes }) => ({ name, events: readSent(name, bytes) })),
      signal,
    );

  app.get("/import", (c) => show(c, []));
  app.post("/import", async (c) => {
    try {
      const { files, once } = await sentFilesOf(c, "file");
      if (files.length === 0) throw new AppError("invalid_request", "No file was chosen.", { mend: "Choose one, and send it again." });
      if (once === "") return await show(c, await takeIn(files, c.req.raw.signal));
      const asked: unknown[] = [];
      for (const { name, bytes } of files) asked.push([name, await checksumOf(bytes)]);
      return await show(c, await imported.of(once, asked, () => takeIn(files)));
    } catch (thrown) {
      return await show(c, [], explainable(thrown));
    }
  });
  return app;
}

/** How much is hashed per turn: about a millisecond. */
const hashedAtOnce = 1 << 20;

async function checksumOf(bytes: Buffer): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < bytes.length; at += hashedAtOnce) {
    if (at > 0) await yieldTurn();
    hash.update(bytes.subarray(at, at + hashedAtOnce));
  }
  return hash.digest("base64");
}
