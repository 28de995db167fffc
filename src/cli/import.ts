/** `paperkin import`: files of papers into the library, and their embeddings. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { formatNamed, formats, openInputs, readPapers } from "../app.ts";
import { toAppError } from "../core/errors.ts";
import { describePlace, type Refusal, type SourceInput } from "../core/source.ts";
import type { Engine } from "../engine/engine.ts";
import { bulkBatch, emptyCounts } from "../engine/ingest.ts";
import { type CommonFlags, interruptSignal, withCopiedEngine, withEngine } from "./context.ts";
import { note, type Progress, print, printJson, printTable } from "./output.ts";

interface Flags extends CommonFlags {
  format?: string;
  embed: boolean;
  report?: string;
  dryRun?: boolean;
}

/** Refusals that are shown one by one; programs get them all. */
const mostShownRefusals = 20;
/** Refusals that a report keeps: a file that is wrong from end to end must not fill the memory. */
const mostReportedRefusals = 100_000;
/** How often a process that watches another one embed looks at the backlog. */
const watchMs = 500;

export function addImport(program: Command): void {
  program
    .command("import")
    .description("bring papers into the library")
    .argument("<files...>", "files, folders, quoted patterns and archives (.gz, .zip) of papers; - for standard input")
    .option("--format <format>", `what the files are, instead of finding out: ${formats.map((format) => format.name).join(", ")}`)
    .option("--report <file>", "write the counts and every refused record to this file, as JSON")
    .option("--dry-run", "count what would become of every record, and change nothing")
    .option("--no-embed", "store the papers only; they are embedded later by the next import or a running server")
    .addHelpText("after", `\nFormats:\n${formats.map((format) => `  ${format.name.padEnd(18)}${format.description}`).join("\n")}`)
    .addHelpText(
      "after",
      "\nExamples:\n  paperkin import papers.jsonl\n  zcat snapshot.json.gz | paperkin import - --format arxiv-kaggle\n",
    )
    .action(async (files: string[], flags: Flags, command: Command) => {
      // A format that does not exist is wrong use, whatever the files are.
      if (flags.format !== undefined) formatNamed(flags.format);
      const open = flags.dryRun === true ? withCopiedEngine : withEngine;
      const embeds = flags.embed && flags.dryRun !== true;
      await open(command, { create: true, maintain: embeds, searchable: embeds }, (engine, _config, progress) =>
        run(engine, files, { ...flags, embed: embeds }, progress, command.optsWithGlobals<CommonFlags>().json === true),
      );
    });
}

async function run(engine: Engine, files: readonly string[], flags: Flags, progress: Progress, json: boolean): Promise<void> {
  const signal = interruptSignal();
  const counts = emptyCounts();
  const started = performance.now();
  let shown = 0;
  const faults: string[] = [];
  const refusals: Refusal[] = [];
  const onRefusal = (refusal: Refusal) => {
    if (flags.report !== undefined && refusals.length < mostReportedRefusals) refusals.push(refusal);
    if (json) {
      const { place, field, reason, excerpt } = refusal;
      printJson({
        refused: {
          file: place.file,
          line: place.line,
          entry: place.entry,
          field,
          reason,
          excerpt,
        },
      });
      return;
    }
    if (shown++ >= mostShownRefusals) return;
    progress.stop();
    note(`${describePlace(refusal.place)}${refusal.field === undefined ? "" : `, ${refusal.field}`}: ${refusal.reason}`);
    if (refusal.excerpt !== "") note(`    ${refusal.excerpt}`);
  };
  let failed = false;
  /** One bad file costs one file. */
  const sparing = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const known = toAppError(error);
      if (known.code !== "file_unreadable" && known.code !== "unsupported_format") throw error;
      progress.stop();
      note(known.explanation);
      failed = true;
      faults.push(known.explanation);
    }
  };
  const takeIn = async (input: SourceInput) => {
    await engine.ingest(await readPapers(input, flags.format), counts, {
      signal,
      batchSize: bulkBatch,
      onRefusal,
      onBatch: () => progress.show("reading", counts.read, Math.max(counts.read, 1), "papers"),
    });
  };
  for (const file of files) {
    await sparing(async () => {
      for await (const input of openInputs(file)) {
        if (signal.aborted) return;
        await sparing(() => takeIn(input));
      }
    });
  }
  progress.stop();
  const readMs = performance.now() - started;
  const waiting = (await engine.status()).backlog;
  if (flags.embed && waiting > 0 && !signal.aborted) {
    await embed(engine, signal, progress);
    await engine.library.checkpoint();
    progress.stop();
  }
  const toEmbed = (await engine.status()).backlog;
  if (flags.report !== undefined) await writeFile(flags.report, `${JSON.stringify({ ...counts, toEmbed, refusals, faults }, null, 2)}\n`);
  if (json) printJson({ ...counts, toEmbed });
  else {
    if (shown > mostShownRefusals) note(`… and ${shown - mostShownRefusals} more.`);
    printTable(
      [
        ["read", "new", "changed", "unchanged", "merged", "refused", "to embed"],
        [counts.read, counts.new, counts.changed, counts.unchanged, counts.merged, counts.refused, toEmbed].map(String),
      ],
      [0, 1, 2, 3, 4, 5, 6],
    );
    if (counts.read > 0) print(`${Math.round((1000 * counts.read) / Math.max(1, readMs))} papers a second read and stored.`);
    if (signal.aborted) print("Interrupted. What was counted is stored; run the same command again to go on.");
    else if (flags.dryRun === true) print("This was a trial: nothing was changed.");
    else if (toEmbed > 0) print(`${toEmbed} papers wait to be embedded: any next import, or a running server, does it.`);
  }
  if (signal.aborted) process.exitCode = 130;
  else if (failed && counts.read === 0) process.exitCode = 1;
  else if (failed || counts.refused > 0) process.exitCode = 3;
}

/** Embeds what waits, or watches the process that is at it already. */
export async function embed(engine: Engine, signal: AbortSignal, progress: Progress): Promise<void> {
  const embedded = await engine.embedBacklog({
    signal,
    onProgress: (done, total) => progress.show("embedding", done, total, "papers"),
  });
  if (embedded !== undefined) return;
  const total = (await engine.status()).backlog;
  for (;;) {
    const { backlog } = await engine.status();
    progress.show("embedding (in another process)", Math.max(0, total - backlog), total, "papers");
    if (backlog === 0 || signal.aborted) return;
    if ((await engine.embedBacklog({ signal })) !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, watchMs));
  }
}
