/** The HTTP service: the middleware, the routes, and the document that describes them. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, ErrorHandler, Hono, MiddlewareHandler, NotFoundHandler } from "hono";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { ZodError } from "zod";
import { AppError, toAppError } from "../core/errors.ts";
import type { Scope } from "../core/personal-store.ts";
import { excerptOf } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import { type HeldBytes, limitBodies, readLargeOnesInTurn } from "./body-limits.ts";
import { BoundedRouter } from "./bounded-router.ts";
import { clientAddresses, wholeAddresses } from "./client-address.ts";
import { compatibleError, isCompatible } from "./compatible/errors.ts";
import { addCompatibleRoutes } from "./compatible/routes.ts";
import { revalidateLasting } from "./conditional.ts";
import { addDocumentRoute } from "./document.ts";
import { faultText } from "./fault-text.ts";
import { identify, keepToOneself, refuseForeignOrigins, withoutSecrets } from "./guard.ts";
import { identityOf, personOf, scopeOf } from "./identity.ts";
import { KeyRing } from "./key-ring.ts";
import { Metrics } from "./metrics.ts";
import { refuseUnknownParameters } from "./parameters.ts";
import { problemOf, retryHeaderOf } from "./problem.ts";
import { addCommentRoutes } from "./routes-comments.ts";
import { addDailyRoute } from "./routes-daily.ts";
import { addExplainRoute } from "./routes-explain.ts";
import { addExportRoute } from "./routes-export.ts";
import { addFeedRoutes } from "./routes-feeds.ts";
import { addJobRoutes } from "./routes-jobs.ts";
import { addJudgmentRoutes } from "./routes-judgments.ts";
import { addPaperRoutes, type ReadBody } from "./routes-papers.ts";
import { addPeopleRoutes } from "./routes-people.ts";
import { addPersonalRoutes } from "./routes-personal.ts";
import { addPrivateFeedRoutes } from "./routes-private-feeds.ts";
import { addSearchRoute } from "./routes-search.ts";
import { addSimilarRoutes } from "./routes-similar.ts";
import { addSplitRoutes } from "./routes-splits.ts";
import { addStateRoutes } from "./routes-state.ts";
import { addSubscriptionRoutes } from "./routes-subscriptions.ts";
import { addSuggestRoute } from "./routes-suggest.ts";
import { addTopicRoutes } from "./routes-topics.ts";
import { clearSessionCookie, writeSessionCookie } from "./session-cookie.ts";

export interface RequestLog {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly tookMs: number;
  /** The internal error, if there was one. */
  readonly error?: unknown;
}

/** What the pages receive: who is asking, and how a person signs in. */
export interface PageOptions extends Pick<HttpOptions, "readBody"> {
  readonly openApiDocument: () => unknown;
  readonly personOf: (c: Context) => string;
  /** The scope of the request; undefined on routes that need no key. */
  readonly scopeOf: (c: Context) => Scope | undefined;
  /** The hash of the browser's session; undefined if a key was sent, or none is needed. */
  readonly sessionOf: (c: Context) => string | undefined;
  /** Whether the service needs keys at all. */
  readonly needsKeys: () => Promise<boolean>;
  /** The person that a key belongs to; undefined for an unknown key. */
  readonly personOfKey: (key: string) => Promise<string | undefined>;
  /** @param secret of a session; undefined if the browser should forget its own. */
  readonly keepSession: (c: Context, secret: string | undefined) => void;
  /** The client of a request, for rate limits. */
  readonly clientOf: (c: Context) => string;
}

export interface HttpOptions {
  readonly apiKeys: readonly string[];
  readonly version: string;
  readonly readBody: ReadBody;
  readonly isLoopback: (host: string) => boolean;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is trusted, besides those on this machine; by default none. */
  readonly trustedProxies?: readonly string[];
  /** Limits on the bodies of all requests together; the default suits a machine of usual size. */
  readonly heldBytes?: HeldBytes;
  readonly onRequest?: (entry: RequestLog) => void;
  /** Creates the pages, which include the OpenAPI document as documentation. */
  readonly createPages: (options: PageOptions) => Hono;
  /** The page for an unknown address. */
  readonly notFoundPage: NotFoundHandler;
  /** The page for an error. */
  readonly errorPage: (c: Context, error: AppError) => Response | Promise<Response>;
}

/** @returns an app that tests call without a port, and that `serve` listens with. */
export function createHttpApp(engine: Engine, options: HttpOptions): OpenAPIHono {
  const app = new OpenAPIHono({
    strict: false,
    // With the default router `{id}{.+}` would match everything that follows, including `/similar`.
    router: new BoundedRouter(),
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
  const metrics = new Metrics(engine);
  const errors = new WeakMap<Request, unknown>();
  app.use(requestId());
  app.use(keepToOneself);
  app.use(observeRequests(metrics, errors, options.onRequest));
  app.use(guardedByHeaders);
  app.use(revalidateLasting);
  const keys = new KeyRing(options.apiKeys, engine.library.personal);
  // Runs before anybody is asked to sign in, so that a form from another origin is not submitted again after the sign-in.
  app.use(refuseForeignOrigins);
  app.use(identify(keys, engine.signIns, engine.publicUrl, options.isLoopback, wholeAddresses(options.trustedProxies ?? [])));
  app.use(limitBodies(options.heldBytes));
  app.use(readLargeOnesInTurn);
  app.use(refuseUnknownParameters(app.openAPIRegistry));

  addRoutes(app, engine, metrics, options.readBody);
  addPeopleRoutes(app, engine, keys);
  const document = addDocumentRoute(app, options.version);
  app.route("/", options.createPages({ ...pageOptions(document, keys, engine, options), readBody: options.readBody }));

  app.notFound(answerUnknown(app, options.notFoundPage));
  app.onError(answerError(errors, options.errorPage));
  return app;
}

/** Pages load nothing from other origins, and may not be framed. */
const guardedByHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    // For suggestions.
    connectSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // Like `no-referrer`, this sends nothing to other sites. But with `no-referrer`, browsers also withhold the origin of a form. Over plain
  // HTTP under a network name they send no Sec-Fetch-Site either, so every form would count as foreign.
  referrerPolicy: "same-origin",
  // The service speaks plain HTTP on loopback; a TLS proxy in front of it decides on this.
  strictTransportSecurity: false,
});

function addRoutes(app: OpenAPIHono, engine: Engine, metrics: Metrics, readBody: ReadBody): void {
  addSearchRoute(app, engine);
  addExplainRoute(app, engine);
  addExportRoute(app, engine);
  addSuggestRoute(app, engine);
  addSimilarRoutes(app, engine);
  addCommentRoutes(app, engine);
  addPaperRoutes(app, engine, readBody);
  addTopicRoutes(app, engine);
  addPersonalRoutes(app, engine);
  addSplitRoutes(app, engine);
  addJudgmentRoutes(app, engine);
  addDailyRoute(app, engine);
  addPrivateFeedRoutes(app, engine);
  addSubscriptionRoutes(app, engine);
  addFeedRoutes(app, engine);
  addJobRoutes(app, engine);
  addStateRoutes(app, engine, metrics);
  addCompatibleRoutes(app, engine);
}

/** @param errors internal errors, by request. */
function observeRequests(metrics: Metrics, errors: WeakMap<Request, unknown>, onRequest: HttpOptions["onRequest"]): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now();
    await next();
    const tookMs = performance.now() - started;
    metrics.observe(c.req.method, c.req.routePath, c.res.status, tookMs / 1000);
    // A page renders its own error; the context still has it.
    const error = errors.get(c.req.raw) ?? (c.res.status >= 500 ? c.error : undefined);
    onRequest?.({
      requestId: c.get("requestId"),
      method: c.req.method,
      path: excerptOf(withoutSecrets(c.req.path), longestShown),
      status: c.res.status,
      tookMs,
      ...(error === undefined ? {} : { error }),
    });
  };
}

/** A problem document for programs, which lists the methods that the path allows; a page for people. */
function answerUnknown(app: OpenAPIHono, notFoundPage: NotFoundHandler): NotFoundHandler {
  return (c) => {
    const { method, path } = c.req;
    if (isCompatible(path))
      return compatibleError(c, new AppError("route_not_found", `There is no ${method} ${excerptOf(path, longestShown)}.`));
    if (!isForPrograms(path) && !programFiles.test(path)) return notFoundPage(c);
    const allowed = methodsAt(app, path);
    const shown = excerptOf(path, longestShown);
    if (allowed.length === 0 || allowed.includes(method))
      return problemOf(
        c,
        new AppError("route_not_found", `There is no ${method} ${shown}.`, { mend: "The routes are described at /docs." }),
      );
    c.header("allow", allowed.join(", "));
    const mend = `It accepts ${allowed.join(", ")}; /docs describes them.`;
    return problemOf(c, new AppError("method_not_allowed", `${shown} does not accept ${method}.`, { mend }));
  };
}

/** @param errors keeps internal errors for the log, by request. */
function answerError(errors: WeakMap<Request, unknown>, errorPage: HttpOptions["errorPage"]): ErrorHandler {
  return (thrown, c) => {
    const error =
      thrown instanceof ZodError ? invalidRequest(thrown) : "getResponse" in thrown ? unreadableRequest(c, thrown) : toAppError(thrown);
    if (error.outcome.status >= 500) errors.set(c.req.raw, error);
    for (const [name, value] of Object.entries(retryHeaderOf(error))) c.header(name, value);
    if (isCompatible(c.req.path)) return compatibleError(c, error);
    // A browser gets a page: one that leads to the sign-in instead of its own dialog for a name and a password, or one that shows the
    // error.
    if (isForReaders(c)) return errorPage(c, error);
    // Errors in the middleware before a page also show a page.
    if ((error.outcome.status >= 500 || error.code === "body_too_large") && !isForPrograms(c.req.path)) return errorPage(c, error);
    return problemOf(c, error);
  };
}

function pageOptions(
  openApiDocument: () => unknown,
  keys: KeyRing,
  engine: Engine,
  { trustedProxies = [] }: Pick<HttpOptions, "trustedProxies">,
): Omit<PageOptions, "readBody"> {
  return {
    openApiDocument,
    personOf,
    scopeOf,
    sessionOf: (c) => identityOf(c).session,
    needsKeys: async () => !(await keys.isEmpty()),
    personOfKey: async (key) => (await keys.identityOf(key))?.person,
    keepSession: (c, secret) => {
      if (secret === undefined) clearSessionCookie(c, engine.publicUrl);
      else writeSessionCookie(c, secret, engine.publicUrl);
    },
    clientOf: clientAddresses(trustedProxies),
  };
}

/** A page that a browser requests, or a form that it submits. */
function isForReaders(c: Context): boolean {
  return !isForPrograms(c.req.path) && (c.req.header("accept") ?? "").includes("text/html");
}

function isForPrograms(path: string): boolean {
  return /^\/(?:v1|feeds|health)\//.test(path);
}

/** What programs read as well, though a browser that may not is led to the sign-in; and the beginnings of their addresses. */
const programFiles = /^\/(?:metrics|openapi\.json|v1|health)\/?$/;

/** An error of the framework for a body that it could not read: invalid JSON, or another content type. */
function unreadableRequest(c: Context, thrown: Error): AppError {
  const type = c.req.header("content-type");
  if (!/media type|malformed json/i.test(thrown.message)) return new AppError("invalid_request", thrown.message, { cause: thrown });
  const encoding = c.req.header("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    return new AppError("invalid_request", `The body is compressed (content-encoding: ${encoding.slice(0, 80)}).`, {
      mend: "Send it uncompressed; only /v1/papers accepts compressed bodies.",
      cause: thrown,
    });
  }
  const isJson = type !== undefined && /^application\/([\w.+-]+\+)?json\b/i.test(type);
  const what = isJson
    ? "The body is not valid JSON"
    : `The body should be JSON, but its content-type is ${type === undefined ? "missing" : `“${type.slice(0, 80)}”`}`;
  return new AppError("invalid_request", `${what}.`, {
    mend: "Send a JSON object with the header content-type: application/json; /docs shows its fields.",
    cause: thrown,
  });
}

/** The methods that the API's routes allow at a path. */
function methodsAt(app: OpenAPIHono, path: string): string[] {
  const takes = (method: string) => app.router.match(method, path)[0].some(([[, route]]) => route.path !== "/*");
  const methods = ["GET", "POST", "PATCH", "DELETE"].filter(takes);
  return methods.includes("GET") ? ["GET", "HEAD", ...methods.slice(1)] : methods;
}

/** Limits a path, and the message for one fault: a body may have thousands of unknown keys. */
const longestShown = 500;

function invalidRequest(error: Pick<ZodError, "issues">): AppError {
  const named = error.issues
    .slice(0, 3)
    .map((issue) => excerptOf(`${issue.path.map(String).join(".") || "the body"}: ${faultText(issue)}`, longestShown));
  return new AppError("invalid_request", `${named.join("; ")}.`, {
    mend: "See /docs for what each route accepts.",
  });
}
