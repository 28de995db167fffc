// Runs the tests: first the build (worker processes run compiled code), then vitest, then one summary line.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const help = `npm test -- [--all] [NAME…] [options of vitest]

Runs the tests whose files have one of these names in their path, or all of them, and counts them in the last line. What takes long
(repeated kills and damage) is named as skipped, and run too with --all.
`;
if (process.argv.includes("--help")) {
  console.log(help);
  process.exit(0);
}

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const vitest = join(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
const folder = mkdtempSync(join(tmpdir(), "paperkin-test-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const report = join(folder, "report.json");
const options = process.argv.slice(2).filter((option) => option !== "--all");
if (options.length < process.argv.length - 2) process.env.TESTS = "all";

function run(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1;
}

let status = run("scripts/build.mjs", "--if-stale");
if (status === 0) {
  status = run(
    vitest,
    "run",
    "--config",
    "test/vitest.config.ts",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...options,
  );
  let results;
  try {
    results = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    console.error("The tests produced no report.");
    process.exit(status === 0 ? 1 : status);
  }
  const skipped = results.testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => test.status !== "passed" && test.status !== "failed");
  for (const test of skipped) console.log(`skipped: ${test.fullName}`);
  // A file that cannot be loaded or set up is a failure too.
  const brokenFiles = results.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = results.numFailedTests + brokenFiles;
  if (results.numPassedTests + failed === 0 || (failed > 0 && status === 0)) status = 1;
  console.log(`${results.numPassedTests} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`);
}
process.exit(status);
