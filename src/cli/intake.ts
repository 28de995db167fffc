/** Adds papers from any source: refusals, embedding, the table and the exit code of `import` and `fetch`. */
import type { Command } from "commander";
import { yieldToOthers } from "../background.ts";
import type { AppError } from "../core/errors.ts";
import { describePlace, type Refusal } from "../core/source.ts";
import { counted } from "../core/text.ts";
import type { Engine } from "../engine/engine.ts";
import { EmbeddingBeside } from "../engine/generations/embed-beside.ts";
import { emptyCounts, type IngestCounts, type IngestOptions, wholeBatch } from "../engine/intake/ingest.ts";
import { type CommonFlags, interruptSignal, isJson, withCopiedEngine, withEngine } from "./context.ts";
import { describeBacklog, embed } from "./embed.ts";
import { note, type Progress, print, printJson, printTable } from "./output.ts";
import { checkWritable, writeWhole } from "./text-file.ts";

export interface IntakeFlags extends CommonFlags {
  embed: boolean;
  report?: string;
  dryRun?: boolean;
}

/** What a reader of papers is given. */
export interface Intake {
  readonly engine: Engine;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly counts: IngestCounts;
  readonly options: IngestOptions;
  /** Reports an error that affects only a part, and continues. */
  fail(error: AppError): void;
}

/** Refusals that are shown one by one; with `--json`, all are. */
const mostShownRefusals = 20;
/** With fewer papers, the rate would mostly measure opening the library. */
const fewestForRate = 1_000;
/** Refusals that a report keeps: a file that is all wrong must not fill the memory. */
const mostReportedRefusals = 100_000;

export function addIntakeOptions(command: Command): Command {
  return command
    .option("--report <file>", "write the counts and every refused record to this file, as JSON")
    .option("--dry-run", "count what would happen to every record, and change nothing")
    .option("--no-embed", "store the papers only; they are embedded later by the next import or a running server");
}

/**
 * Opens the library, or a copy of it for a trial, adds what `read` finds, embeds it, and reports the result.
 * @param isTrial whether to change nothing, though `--dry-run` was not given.
 */
export async function takeIn(
  command: Command,
  flags: IntakeFlags,
  read: (intake: Intake) => Promise<void>,
  isTrial = false,
): Promise<void> {
  yieldToOthers(0);
  await checkWritable([flags.report]);
  const onCopy = isTrial || flags.dryRun === true;
  const open = onCopy ? withCopiedEngine : withEngine;
  const embeds = flags.embed && !onCopy;
  const json = isJson(command);
  await open(command, { create: true, maintain: embeds, searchable: embeds, needsModel: embeds }, (engine, _config, progress) =>
    new Run({ ...flags, embed: embeds }, json, engine, progress).run(read),
  );
}

class Run {
  private readonly signal = interruptSignal();
  private readonly counts = emptyCounts();
  private readonly refusals: Refusal[] = [];
  private readonly faults: string[] = [];
  /** Advice that has been given already. */
  private readonly mends = new Set<string>();
  private shown = 0;
  /** Papers that were embedded during reading. */
  private embedded = 0;

  constructor(
    private readonly flags: IntakeFlags,
    private readonly json: boolean,
    private readonly engine: Engine,
    private readonly progress: Progress,
  ) {}

  async run(read: (intake: Intake) => Promise<void>): Promise<void> {
    const { engine, progress, signal, counts } = this;
    const started = performance.now();
    const beside = this.flags.embed ? this.embedBeside() : undefined;
    try {
      await read(this.intake(beside));
    } finally {
      await beside?.stop();
    }
    progress.stop();
    const readMs = performance.now() - started;
    if (this.flags.embed && !signal.aborted && this.embedded + (await engine.status()).backlog > 0) {
      await embed(engine, signal, progress);
      await engine.library.checkpoint();
      progress.stop();
    }
    await this.tell((await engine.status()).backlog, readMs);
    if (signal.aborted) process.exitCode = 130;
    else if (this.faults.length > 0 && counts.read === 0) process.exitCode = 1;
    else if (this.faults.length > 0 || counts.refused > 0) process.exitCode = 3;
  }

  private intake(beside: EmbeddingBeside | undefined): Intake {
    const { engine, progress, signal, counts } = this;
    // The first batch always starts embedding: papers may be waiting since an interrupted import.
    let stored = -1;
    const onBatch = () => {
      progress.say(`${counts.read} papers read${this.embedded > 0 ? `, ${this.embedded} embedded` : ""}`);
      const { new: added, changed, merged } = counts;
      if (added + changed + merged > stored) beside?.begin();
      stored = added + changed + merged;
    };
    return {
      engine,
      progress,
      signal,
      counts,
      options: {
        signal,
        ...(beside === undefined ? { transactionSize: wholeBatch } : {}),
        onRefusal: (refusal) => this.refuse(refusal),
        onBatch,
      },
      fail: (error) => {
        progress.stop();
        this.tellFault(error);
        this.faults.push(error.explanation);
      },
    };
  }

  private embedBeside(): EmbeddingBeside {
    return new EmbeddingBeside(
      (options) => this.engine.embedBacklog(options),
      this.signal,
      (embedded) => {
        this.embedded = embedded;
      },
    );
  }

  /** Gives each piece of advice only once: many files of a folder may need the same one. */
  private tellFault({ message, mend, explanation }: AppError): void {
    note(mend !== undefined && this.mends.has(mend) ? message : explanation);
    if (mend !== undefined) this.mends.add(mend);
  }

  private refuse(refusal: Refusal): void {
    const { place, field, reason, excerpt } = refusal;
    if (this.flags.report !== undefined && this.refusals.length < mostReportedRefusals) this.refusals.push(refusal);
    if (this.json) {
      printJson({ refused: { file: place.file, line: place.line, entry: place.entry, field, reason, excerpt } });
      return;
    }
    if (this.shown++ >= mostShownRefusals) return;
    this.progress.stop();
    note(`${describePlace(place)}${field === undefined ? "" : `, ${field}`}: ${reason}`);
    if (excerpt !== "") note(`    ${excerpt}`);
  }

  private async tell(toEmbed: number, readMs: number): Promise<void> {
    const { flags, refusals, faults } = this;
    const { kept, deleted, ...outcomes } = this.counts;
    const counts = { ...outcomes, ...(kept > 0 ? { kept } : {}), ...(deleted > 0 ? { deleted } : {}) };
    if (this.json) printJson({ ...counts, toEmbed });
    else this.describe(toEmbed, readMs);
    if (flags.report !== undefined)
      await writeWhole(flags.report, [`${JSON.stringify({ ...counts, toEmbed, refusals, faults }, null, 2)}\n`]);
  }

  private describe(toEmbed: number, readMs: number): void {
    const { counts, flags } = this;
    const { kept, deleted } = counts;
    // What stood in the way of all of it was reported.
    if (this.faults.length > 0 && counts.read === 0) return;
    if (this.shown > mostShownRefusals) note(`… and ${this.shown - mostShownRefusals} more.`);
    printTable(
      [
        ["read", "new", "changed", "unchanged", "merged", "refused", "to embed"],
        [counts.read, counts.new, counts.changed, counts.unchanged, counts.merged, counts.refused, toEmbed].map(String),
      ],
      [0, 1, 2, 3, 4, 5, 6],
    );
    if (kept > 0)
      print(
        `${counted(kept, "id")} ${kept === 1 ? "is" : "are"} kept; \`paperkin fetch SOURCE --ids wanted\` looks ${kept === 1 ? "it" : "them"} up.`,
      );
    if (deleted > 0)
      print(
        `${counted(deleted, "record")} of papers here ${deleted === 1 ? "was" : "were"} deleted at the source. Nothing was removed; \`paperkin papers deleted\` shows what.`,
      );
    // With embedding in parallel, the rate would be that of the model.
    if (counts.read >= fewestForRate && this.embedded === 0)
      print(`${counted(Math.round((1000 * counts.read) / Math.max(1, readMs)), "paper")} a second read and stored.`);
    if (this.signal.aborted) print("Interrupted. What was counted is stored; run the same command again to go on.");
    else if (flags.dryRun === true) print("This was a trial: nothing was changed.");
    else if (toEmbed > 0) print(describeBacklog(toEmbed));
  }
}
