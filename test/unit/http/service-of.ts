/** Routes and pages of an engine, to be requested without a socket. */
import type { Engine } from "../../../src/engine/engine.ts";
import { createHttpApp } from "../../../src/http/http-app.ts";
import { errorPageOf, notFoundPage } from "../../../src/web/fallback-pages.tsx";
import { createWebApp } from "../../../src/web/web-app.tsx";

export type Service = ReturnType<typeof createHttpApp>;

/** @param options in addition to those that every service has; by default without keys except people's own, and never on loopback. */
export function serviceOf(engine: Engine, options: Partial<Parameters<typeof createHttpApp>[1]> = {}): Service {
  return createHttpApp(engine, {
    apiKeys: [],
    version: "0.0.0",
    readBody: () => Promise.reject(new Error("nobody brings papers in")),
    isLoopback: () => false,
    createPages: (given) => createWebApp(engine, given),
    notFoundPage,
    errorPage: errorPageOf(engine.signIns),
    ...options,
  });
}
