// `npm start`: builds if something has changed, then serves in this same process, so that signals reach the server.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { status } = spawnSync(process.execPath, [fileURLToPath(new URL("build.mjs", import.meta.url)), "--if-stale"], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
process.argv.splice(2, 0, "serve");
await import("../dist/cli/main.js");
