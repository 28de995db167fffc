/** Which room may import which: design table in src/README.md. Each rule says what to do instead. */
const rooms = ["embedding", "sources", "storage", "delivery", "engine", "http", "web", "cli"];

/** What puts the parts together. */
const apps = ["app\\.ts", "app-server\\.ts", "app-sources\\.ts", "app-delivery\\.ts"];

/** @param {string} room @param {string[]} allowed */
function only(room, allowed) {
  const others = rooms.filter((other) => other !== room && !allowed.includes(other));
  return {
    name: `${room}-imports`,
    comment: `${room}/ may import ${["core", ...allowed].join(", ")}: put shared rules into core/, and let app.ts put parts together.`,
    severity: "error",
    from: { path: `^src/${room}/` },
    to: {
      path: `^src/(${[...others, ...apps, "index-process\\.ts", "config\\.ts", "compiled\\.ts", "background\\.ts"].filter((name) => !allowed.includes(name)).join("|")})`,
    },
  };
}

/** @param {string} package_ @param {string} owner */
function owned(package_, owner) {
  return {
    name: `${package_.replace(/\W+/g, "-")}-has-one-owner`,
    comment: `Only ${owner} may import ${package_}; the rest of the code speaks to an interface.`,
    severity: "error",
    from: { path: "^src/", pathNot: owner },
    to: { path: `node_modules/${package_}/` },
  };
}

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "Break the circle: the shared part belongs into a file of its own.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "core-imports-nothing",
      comment: "core/ is pure: no other room, and no packages but zod, entities, stemmer and franc-min.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { path: "^src/(?!core/)" },
    },
    only("embedding", ["background\\.ts"]),
    only("sources", []),
    only("storage", []),
    only("delivery", ["sources"]),
    only("engine", ["background\\.ts"]),
    only("http", ["engine"]),
    only("web", ["engine", "compiled\\.ts"]),
    only("cli", ["engine", ...apps, "config\\.ts", "compiled\\.ts", "background\\.ts"]),
    owned("better-sqlite3", "^src/storage/local/"),
    owned("hnswlib-node", "^src/storage/local/hnsw(-index|lib)\\.ts$"),
    owned("@xenova/transformers", "^src/embedding/((rerank-)?session|network)\\.ts$"),
    owned("onnxruntime-node", "^src/embedding/network\\.ts$"),
    owned("protobufjs", "^src/embedding/fixed-inputs\\.ts$"),
    owned("commander", "^src/cli/"),
    owned("cli-progress", "^src/cli/output\\.ts$"),
    owned("pino", "^src/http/log\\.ts$"),
    owned("prom-client", "^src/http/(metrics|state-gauges)\\.ts$"),
    owned("temml", "^src/web/"),
    owned("saxes", "^src/sources/"),
    owned("feed", "^src/http/feed\\.ts$"),
    owned("yaml", "^src/sources/csl\\.ts$"),
    owned("@retorquere/bibtex-parser", "^src/sources/tex-commands\\.ts$"),
    owned("yauzl", "^src/sources/zip\\.ts$"),
    owned("tinyglobby", "^src/sources/open-inputs\\.ts$"),
    owned("undici", "^src/sources/live/transport\\.ts$"),
    owned("croner", "^src/engine/upkeep/schedules\\.ts$"),
    owned("nodemailer", "^src/delivery/smtp\\.ts$"),
    owned("hono", "^src/(http|web)/"),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js"] },
  },
};
