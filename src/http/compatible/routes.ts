/** The addresses of other services that Paperkin answers at as they do, so that their clients can be pointed at it. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Engine } from "../../engine/engine.ts";
import { addArxivRoutes } from "./routes-arxiv.ts";
import { addHuggingFaceRoutes } from "./routes-hf.ts";
import { addSemanticScholarRoutes } from "./routes-s2.ts";

export function addCompatibleRoutes(app: OpenAPIHono, engine: Engine): void {
  addSemanticScholarRoutes(app, engine);
  addHuggingFaceRoutes(app, engine);
  addArxivRoutes(app, engine);
}
