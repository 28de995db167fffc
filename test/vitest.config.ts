/** How the tests run: from source, in processes of their own (native modules), two at a time. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Settings of the person who runs the tests must not leak in.
    env: { NO_COLOR: "1" },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
});
