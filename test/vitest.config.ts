/** How the tests run: from source, in separate processes (native modules), two at a time. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const modules = ["test/unit/*/**/*.test.{ts,tsx}", "test/property/**/*.test.ts"];
/** These replace a module, which other tests must not see. */
const replacing = [
  "test/unit/sources/broken-stream.test.ts",
  "test/unit/embedding/model-place.test.ts",
  "test/unit/delivery/webhook-names.test.ts",
  "test/property/dot-table.test.ts",
];

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Personal settings of whoever runs the tests must not leak in.
    env: { NO_COLOR: "1" },
    // In the order of their names: the long ones begin first, so that both processes finish at about the same time.
    projects: [
      {
        extends: true,
        test: {
          name: "apart",
          include: ["test/{contract,crash,e2e,integration,relevance}/**/*.test.{ts,tsx}", "test/unit/*.test.ts", ...replacing],
          globalSetup: ["test/prepared-folder.ts"],
        },
      },
      {
        extends: true,
        // These files are so short that with a process each, most of the time would go into loading the same modules.
        test: { name: "modules", include: modules, exclude: replacing, isolate: false },
      },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
});
