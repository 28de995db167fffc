/** `paperkin status`: what the library holds and how it is. */
import type { Command } from "commander";
import { unfinishedOf } from "../core/job.ts";
import { utcMinute } from "../core/local-time.ts";
import type { SearchWidth } from "../core/upkeep.ts";
import { describeUnusedFiles } from "../engine/status.ts";
import { asking, examples, isJson, withEngine } from "./context.ts";
import { megabytes, printJson, printTable } from "./output.ts";
import { describeFilling, describeWork } from "./work.ts";

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("what the library holds and how it is")
    .addHelpText("after", examples("status", "status --json | jq .backlog"))
    .action(async (_flags: unknown, command: Command) => {
      await withEngine(command, asking, async (engine, config) => {
        const status = await engine.status();
        const faults = await engine.library.faults();
        if (isJson(command)) {
          const { workers: _, ...rest } = status;
          printJson({ ...rest, reranker: config.reranker ?? null, faults, data: config.data });
          return;
        }
        const { generation } = status;
        const job = unfinishedOf(await engine.library.jobs.all(), "reindex");
        const { audit } = status.generations.find(({ state }) => state === "live") ?? {};
        printTable([
          ["library", config.data],
          ["papers", String(status.papers)],
          ["embedded", String(status.embedded)],
          ["waiting", String(status.backlog)],
          ["model", status.model],
          ["reranker", config.reranker === undefined ? "none" : `${config.reranker}, ${config.rerankerBudgetMs} ms for an answer`],
          ["generation", generation === undefined ? "none yet" : `${generation.id} (${generation.dimensions} dimensions)`],
          ["old generations", String(status.generations.filter(({ state }) => state === "retired").length)],
          ...status.generations
            .filter(({ state }) => state === "filling")
            .map((entry) => ["being filled", describeFilling(entry, status, job)]),
          [
            "recall@10",
            audit === undefined
              ? "not audited; `paperkin verify` measures it"
              : `${audit.recallAt10.toFixed(3)} at the audit of ${audit.at.slice(0, 10)}`,
          ],
          [
            "vector index",
            `${status.vectorSearch === "hnsw" ? "in use" : "not in use: every vector is compared"}; ${nativeBuilds[status.nativeBuild]}`,
          ],
          ["search width", describeWidth(status.searchWidth)],
          [
            "index files",
            status.checkpointChange === undefined
              ? describeUnusedFiles(status.files)
              : `up to change ${status.checkpointChange} of ${status.lastChange}`,
          ],
          ...status.files.map((file) => [file.name, megabytes(file.sizeBytes)]),
          ...status.work.map((work) => ["under way", describeWork(work)]),
          ...faults
            .slice(0, shownFaults)
            .map(({ at, since, work, detail }) => [
              "went wrong",
              `${utcMinute(at)} ${work}: ${detail}${since === undefined ? "" : ` (again and again since ${utcMinute(since)})`}`,
            ]),
        ]);
      });
    });
}

function describeWidth(width: SearchWidth | undefined): string {
  if (width === undefined) return "not measured yet";
  const { efSearch, recallAt10, target, vectors } = width;
  const measured = `${efSearch}, which finds ${recallAt10.toFixed(3)} of the ten nearest (measured with ${vectors} papers)`;
  return recallAt10 < target
    ? `${measured}; the target of ${target} is not reached, and no search is wider`
    : `${measured}; the target is ${target}`;
}

/** Faults that people are shown; `--json` has all that are kept. */
const shownFaults = 5;

const nativeBuilds = { avx: "vector instructions", sse: "plain build", unknown: "build unknown" } as const;
