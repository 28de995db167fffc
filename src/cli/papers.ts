/** `paperkin papers`: single papers, and which records belong to one paper. */
import type { Command } from "commander";
import { fieldsByRecord } from "../core/merge.ts";
import type { StoredPaper } from "../core/paper-store.ts";
import { counted } from "../core/text.ts";
import type { DeletedRecord } from "../engine/intake/deletions.ts";
import { findLabels } from "../engine/papers.ts";
import { examples, isJson, wholeNumber, withEngine, withoutIndex } from "./context.ts";
import { describeAuthors, note, print, printJson, printTable, styled, titleOf, wrap } from "./output.ts";

/** Without search. */
export function addPapers(program: Command): void {
  const papers = program
    .command("papers")
    .description("single papers, and which records are one paper")
    .addHelpText("after", examples("papers show arXiv:1706.03762", "papers duplicates"));

  for (const add of [addShow, addRemove, addDuplicates, addDeleted, addMerge, addSplit]) add(papers);
}

function addShow(papers: Command): void {
  papers
    .command("show")
    .description("one paper, by any of its ids")
    .addHelpText("after", examples("papers show arXiv:1706.03762", "papers show https://doi.org/10.48550/arXiv.1706.03762 --json"))
    .argument("<id>", "an arXiv id, a DOI, an address, or another id of the paper")
    .action(async (id: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const stored = await engine.paper(id);
        const { paper } = stored;
        const provenance = await engine.provenance(stored);
        if (isJson(command)) printJson({ ...paper, provenance });
        else {
          describe({ paper });
          print(wrap(`ids: ${paper.ids.join(", ")}`, "  "));
          for (const [record, fields] of fieldsByRecord(provenance)) print(wrap(`from ${record}: ${fields.join(", ")}`, "  "));
          if (paper.abstract !== "") print(`\n${wrap(paper.abstract, "  ")}`);
        }
      });
    });
}

function addRemove(papers: Command): void {
  papers
    .command("remove")
    .description("remove papers")
    .addHelpText("after", examples("papers remove arXiv:1706.03762 DOI:10.1000/example"))
    .argument("<ids...>", "papers, by any of their ids")
    .action(async (ids: string[], _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        // Without reading the papers: one whose record is damaged can be removed too.
        const labels = await findLabels(engine.library, ids);
        const missing = ids.filter((_, at) => labels[at] === undefined);
        const removed = await engine.removePapers(ids);
        if (isJson(command)) printJson({ removed, missing });
        else print(`Removed ${counted(removed.length, "paper")}.`);
        for (const id of missing) note(`There is no paper ${id} in the library.`);
        if (missing.length > 0) process.exitCode = removed.length === 0 ? 1 : 3;
      });
    });
}

function addDuplicates(papers: Command): void {
  papers
    .command("duplicates")
    .description("pairs that may be one paper, but whose ids, authors and year do not decide it")
    .addHelpText("after", examples("papers duplicates --limit 10"))
    .option("--limit <n>", "pairs to show", wholeNumber("--limit", 1, 10_000), 50)
    .addHelpText("after", "\n`papers merge A B` merges a pair into one paper; a pair that you leave alone stays two papers.\n")
    .action(async ({ limit }: { limit: number }, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const pairs = await engine.doubtfulPairs(limit);
        if (isJson(command)) for (const pair of pairs) printJson({ pair: pair.map(({ paper }) => paper) });
        else if (pairs.length === 0) print("There are no possible duplicates.");
        else
          for (const pair of pairs) {
            for (const stored of pair) describe(stored);
            print();
          }
      });
    });
}

function addDeleted(papers: Command): void {
  papers
    .command("deleted")
    .description("records that were deleted at their source after they were fetched")
    .addHelpText("after", examples("papers deleted", "papers deleted --remove"))
    .option("--remove", "remove these records, and papers that have no other record and that nobody wants")
    .addHelpText(
      "after",
      "\nSomebody wants a paper if they saved it, voted for it, wrote a note or comment on it, judged it, or have it as an example.\n",
    )
    .action(async ({ remove = false }: { remove?: boolean }, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const records = remove ? await engine.applyDeletions() : await engine.deletedRecords();
        if (isJson(command)) for (const record of records) printJson(record);
        else tellDeleted(records, remove);
      });
    });
}

function addMerge(papers: Command): void {
  papers
    .command("merge")
    .description("merge two papers into one")
    .addHelpText("after", examples("papers merge arXiv:2401.00001 DOI:10.1000/example"))
    .argument("<first>", "a paper, by any of its ids")
    .argument("<second>", "the other")
    .action(async (first: string, second: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const paperId = await engine.merge(first, second);
        if (isJson(command)) printJson({ paperId });
        else print(`Both are ${paperId} now.`);
      });
    });
}

function addSplit(papers: Command): void {
  papers
    .command("split")
    .description("split a paper into its records, each of which becomes a paper of its own, also in later imports")
    .addHelpText("after", examples("papers split arXiv:2401.00001"))
    .argument("<id>", "the paper, by any of its ids")
    .action(async (id: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const paperIds = await engine.split(id);
        if (isJson(command)) printJson({ paperIds });
        else
          print(`It is ${paperIds.length} papers now: ${paperIds.join(", ")}. They are embedded by the next import, or a running server.`);
      });
    });
}

const fateTexts = { known: "others know it", wanted: "somebody wants it", removed: "nothing else is known" } as const;

function tellDeleted(records: readonly DeletedRecord[], remove: boolean): void {
  if (records.length === 0) {
    print("No record of these papers was deleted at its source.");
    return;
  }
  printTable([
    ["deleted", "paper", "title", "without it"],
    ...records.map(({ deleted, paperId, title, fate }) => [deleted.slice(0, 10), paperId, title, fateTexts[fate]]),
  ]);
  const count = (fate: DeletedRecord["fate"]) => records.filter((record) => record.fate === fate).length;
  if (remove) print(`Removed ${count("removed")}; ${count("known") + count("wanted")} stay, ${count("wanted")} of them with this record.`);
  else print("Nothing was removed; `paperkin papers deleted --remove` does it where nothing else is known.");
}

function describe({ paper }: Pick<StoredPaper, "paper">): void {
  print(`${styled("cyan", paper.paperId)}  ${titleOf(paper)}`);
  print(wrap([describeAuthors(paper), paper.published, paper.venue].filter((part) => part !== undefined && part !== "").join(" · "), "  "));
}
