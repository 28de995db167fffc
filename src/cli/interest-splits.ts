/** `paperkin interests proposals` and `interests split`: interests that have developed into two. */
import type { Command } from "commander";
import { AppError } from "../core/errors.ts";
import type { SplitProposal } from "../engine/people/splits.ts";
import { asking, examples, isJson, withEngine } from "./context.ts";
import { print, printJson, styled } from "./output.ts";
import { personOption } from "./people.ts";

interface Flags {
  readonly person: string;
  readonly decline?: boolean;
}

const shownTitles = 3;

export function addInterestSplits(interests: Command): void {
  interests
    .command("proposals")
    .description("interests that seem to have developed into two")
    .addHelpText("after", examples("interests proposals"))
    .addOption(personOption())
    .action(async ({ person }: Flags, command: Command) => {
      await withEngine(command, asking, async (engine) => {
        const proposals = await engine.person(person).splitProposals();
        if (isJson(command)) for (const proposal of proposals) printJson(bodyOf(proposal));
        else if (proposals.length === 0) print("No interest needs to be split.");
        else for (const proposal of proposals) show(proposal);
      });
    });

  interests
    .command("split")
    .description("split an interest into two, as `interests proposals` suggests")
    .addHelpText("after", examples("interests split Waves", "interests split Waves --decline"))
    .argument("<interest>", "its id or its name")
    .option("--decline", "keep it whole; a split is not proposed again until it has half as many papers again")
    .addOption(personOption())
    .action(async (id: string, { person, decline }: Flags, command: Command) => {
      await withEngine(command, asking, async (engine) => {
        const own = engine.person(person);
        if (decline === true) {
          const interest = await own.declineSplit(id);
          if (isJson(command)) printJson(interest);
          else print(`“${interest.name}” stays whole.`);
          return;
        }
        const proposal = await own.splitProposal(id);
        if (proposal === undefined)
          throw new AppError("invalid_request", `The papers of “${id}” do not clearly form two groups.`, {
            mend: "Add a second interest yourself: `paperkin interests add`.",
          });
        const both = await own.acceptSplit(id, proposal.token);
        for (const interest of both) {
          if (isJson(command)) printJson(interest);
          else print(`“${interest.name}” (${interest.id})`);
        }
      });
    });
}

function bodyOf({ interest, halves, likeness, token }: SplitProposal): unknown {
  const shown = halves.map(({ papers, terms }) => ({ terms, papers: papers.map(({ paperId, title }) => ({ paperId, title })) }));
  return { interest: { id: interest.id, name: interest.name }, likeness, token, halves: shown };
}

function show({ interest, halves }: SplitProposal): void {
  print(styled("bold", interest.name));
  for (const { papers, terms } of halves) {
    print(`  ${papers.length} papers: ${terms.join(", ")}`);
    for (const { title } of papers.slice(0, shownTitles)) print(`    ${title}`);
  }
  print(`  \`paperkin interests split ${interest.id}\` splits it; with --decline it stays whole.`);
}
