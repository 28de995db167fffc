/** Imports files of papers that are uploaded from a browser. */
import { type Context, Hono } from "hono";
import { AppError } from "../core/errors.ts";
import type { FileEvent } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import type { SentReport } from "../engine/intake/sent-files.ts";
import { explainable } from "./explainable.ts";
import { ImportPage } from "./import-page.tsx";
import { documentOf } from "./layout.tsx";
import { sentFilesOf } from "./sent-files.ts";

/** Reads the papers of an uploaded file, which may be an archive. @param name with its extension. */
export type ReadSent = (name: string, bytes: Buffer) => AsyncIterable<FileEvent>;

/** Uploading requires an `admin` key, which `http/identity.ts` enforces. */
export function createImportApp(engine: Engine, readSent: ReadSent): Hono {
  const app = new Hono({ strict: false });

  const show = async (c: Context, reports: readonly SentReport[], error?: AppError) => {
    const waiting = reports.length === 0 ? 0 : (await engine.status()).backlog;
    const page = <ImportPage reports={reports} waiting={waiting} problem={error?.explanation} />;
    return c.html(documentOf(c, page), error?.outcome.status ?? 200);
  };

  app.get("/import", (c) => show(c, []));
  app.post("/import", async (c) => {
    try {
      const sent = await sentFilesOf(c, "file");
      if (sent.length === 0) throw new AppError("invalid_request", "No file was chosen.", { mend: "Choose one, and send it again." });
      const files = sent.map(({ name, bytes }) => ({ name, events: readSent(name, bytes) }));
      return await show(c, await engine.takeInFiles(files, c.req.raw.signal));
    } catch (thrown) {
      return await show(c, [], explainable(thrown));
    }
  });
  return app;
}
