/** Assembles the server: the API, the pages, its log. */
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

/** Growth of the heap before a garbage collection, in percent of the live data. */
const garbagePercent = 100;

/** Reduces the memory of a server. By default V8 lets garbage grow to several times the live data, which saves hardly any work. */
export function keepMemorySmall(): void {
  setFlagsFromString(`--heap-growing-percent=${garbagePercent}`);
}

/** Creates the server of an engine: its log, and a function that starts listening. */
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
          // The arguments of a fetch may contain an address with a key.
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
