/** Puts the server together: the API, the pages, its log. */
import { setFlagsFromString } from "node:v8";
import { readBody, readSent } from "./app-sources.ts";
import { version } from "./compiled.ts";
import { type Config, isLoopback } from "./config.ts";
import { listEmbeddingModels } from "./embedding/manifest.ts";
import type { Engine } from "./engine/engine.ts";
import { createHttpApp } from "./http/http-app.ts";
import { checkAddress, type Listening, listen } from "./http/listen.ts";
import { createLog, type Log } from "./http/log.ts";
import { errorPageOf, notFoundPage } from "./web/fallback-pages.tsx";
import { createWebApp } from "./web/web-app.tsx";

export { checkAddress, type Log };

/** How much may be thrown away, in percent of what is in use, before it is collected. */
const garbagePercent = 100;

/** Has a server hold less memory: V8 alone lets what was thrown away grow to several times what is in use, for hardly less work. */
export function keepMemorySmall(): void {
  setFlagsFromString(`--heap-growing-percent=${garbagePercent}`);
}

/** The server of an engine: its log, and how it begins to listen. */
export function createServer(engine: Engine, config: Config): { log: Log; listening: () => Promise<Listening> } {
  const log = createLog(config.logLevel);
  const app = createHttpApp(engine, {
    apiKeys: config.apiKeys,
    version,
    readBody,
    isLoopback,
    trustedProxies: config.trustedProxies,
    createPages: (options) =>
      createWebApp(engine, {
        ...options,
        readSent,
        admin: {
          models: () => listEmbeddingModels(config.models),
          // The words of a request may hold an address with a key in it.
          schedules: config.schedules.map(({ fetch: [source = ""], at }) => ({ source, at })),
        },
        onFailure: (error) => log.error({ err: error }, "a mail that somebody asked for was not sent"),
      }),
    notFoundPage,
    errorPage: errorPageOf(engine.signIns),
    onRequest: ({ error, ...entry }) =>
      error === undefined ? log.info(entry, "request") : log.error({ ...entry, err: error }, "request failed"),
  });
  engine.jobs.onChange(({ id, kind, state, generation, error }) =>
    error === undefined
      ? log.info({ jobId: id, kind, state, generation }, "a job changed its state")
      : log.error({ jobId: id, kind, state, generation, code: error.code }, `a job ended: ${error.detail}`),
  );
  return { log, listening: () => listen(app, config.host, config.port) };
}
