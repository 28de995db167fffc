/** `paperkin status`: the contents of the library and its condition. */
import type { Command } from "commander";
import { type Job, unfinishedOf } from "../core/job.ts";
import { utcMinute } from "../core/local-time.ts";
import type { Fault, SearchWidth } from "../core/upkeep.ts";
import { describeUnusedFiles, type EngineStatus } from "../engine/upkeep/status.ts";
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
        const job = unfinishedOf(await engine.library.jobs.all(), "reindex");
        printTable([
          ["library", config.data],
          ["papers", String(status.papers)],
          ["embedded", String(status.embedded)],
          ["waiting", String(status.backlog)],
          ["model", status.model],
          ...(status.embeddingFault === undefined ? [] : [["model fault", status.embeddingFault]]),
          ["reranker", config.reranker === undefined ? "none" : `${config.reranker}, ${config.rerankerBudgetMs} ms for an answer`],
          ...generationRows(status, job),
          ...indexRows(status),
          ...status.work.map((work) => ["under way", describeWork(work)]),
          ...faults.slice(0, shownFaults).map((fault) => ["went wrong", describeFault(fault)]),
        ]);
      });
    });
}

function generationRows(status: EngineStatus, job: Job | undefined): string[][] {
  const { generation, generations } = status;
  const { audit } = generations.find(({ state }) => state === "live") ?? {};
  return [
    ["generation", generation === undefined ? "none yet" : `${generation.id} (${generation.dimensions} dimensions)`],
    ["old generations", String(generations.filter(({ state }) => state === "retired").length)],
    ...generations.filter(({ state }) => state === "filling").map((entry) => ["being filled", describeFilling(entry, status, job)]),
    [
      "recall@10",
      audit === undefined
        ? "not audited; `paperkin verify` measures it"
        : `${audit.recallAt10.toFixed(3)} at the audit of ${audit.at.slice(0, 10)}`,
    ],
  ];
}

function indexRows({ vectorSearch, nativeBuild, searchWidth, checkpointChange, lastChange, files }: EngineStatus): string[][] {
  return [
    ["vector index", `${vectorSearch === "hnsw" ? "in use" : "not in use: every vector is compared"}; ${nativeBuilds[nativeBuild]}`],
    ["search width", describeWidth(searchWidth)],
    ["index files", checkpointChange === undefined ? describeUnusedFiles(files) : `up to change ${checkpointChange} of ${lastChange}`],
    ...files.map((file) => [file.name, megabytes(file.sizeBytes)]),
  ];
}

function describeFault({ at, since, work, detail }: Fault): string {
  return `${utcMinute(at)} ${work}: ${detail}${since === undefined ? "" : ` (repeatedly since ${utcMinute(since)})`}`;
}

function describeWidth(width: SearchWidth | undefined): string {
  if (width === undefined) return "not measured yet";
  const { efSearch, recallAt10, target, vectors } = width;
  const measured = `${efSearch}, which finds ${recallAt10.toFixed(3)} of the ten nearest (measured with ${vectors} papers)`;
  return recallAt10 < target
    ? `${measured}; the target of ${target} is not reached at the greatest width`
    : `${measured}; the target is ${target}`;
}

/** Faults that are shown to people; `--json` has all that are stored. */
const shownFaults = 5;

const nativeBuilds = { avx: "vector instructions", sse: "plain build", unknown: "build unknown" } as const;
