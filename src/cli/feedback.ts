/** `paperkin feedback`: your feedback on papers. */
import type { Command } from "commander";
import { AppError } from "../core/errors.ts";
import { type FeedbackKind, feedbackKinds } from "../core/interest.ts";
import { type CommonFlags, isJson, withEngine, withoutIndex } from "./context.ts";
import { print, printJson, printTable } from "./output.ts";
import { personOption } from "./people.ts";

interface Flags extends CommonFlags {
  person: string;
  interest?: string;
  note?: string;
  undo?: boolean;
}

export function addFeedback(program: Command): void {
  program
    .command("feedback")
    .description("save, dismiss, mark as seen, vote for or note papers; without a paper, what you said so far")
    .argument("[kind]", feedbackKinds.join(", "))
    .argument("[ids...]", "papers, by any of their ids")
    .option("--interest <interest>", "the interest that it is about, by id or name")
    .option("--note <text>", "the text of a note")
    .option("--undo", "remove this feedback")
    .addOption(personOption())
    .addHelpText(
      "after",
      "\nA save with --interest trains that interest; a dismissal hides the paper and ranks similar papers lower.\n" +
        '\nExamples:\n  paperkin feedback save arXiv:1706.03762 --interest attention\n  paperkin feedback dismiss arXiv:2005.14165\n  paperkin feedback note arXiv:1706.03762 --note "read section 3.2"\n',
    )
    .action(async (kind: string | undefined, ids: string[], flags: Flags, command: Command) => {
      const known = kind === undefined ? undefined : kindOf(kind);
      const json = isJson(command);
      if (known === "note" && ids.length > 0 && (flags.note ?? "").trim() === "" && flags.undo !== true)
        throw new AppError("invalid_request", "A note needs its text.", {
          mend: `Give it with --note: feedback note ${ids[0]} --note "TEXT"`,
        });
      await withEngine(command, withoutIndex, async (engine) => {
        const person = engine.person(flags.person);
        if (known === undefined || ids.length === 0) {
          const all = await person.feedback(known);
          if (json) for (const { feedback, paper } of all) printJson({ ...feedback, title: paper.title });
          else if (all.length === 0) print("Nothing yet.");
          else
            printTable(
              all.map(({ feedback, paper }) => [
                feedback.at.slice(0, 10),
                feedback.kind,
                paper.paperId,
                feedback.note?.replace(/\s+/g, " ") ?? paper.title,
              ]),
            );
          return;
        }
        // All or none: a command with a misspelt id can simply be repeated.
        if (flags.undo !== true) for (const id of ids) await engine.paper(id);
        for (const id of ids) {
          if (flags.undo === true) {
            const removed = await person.takeBackFeedback(id, known);
            if (json) printJson({ paperId: id, kind: known, removed });
            else print(removed ? `${known} of ${id} is removed.` : `There was no ${known} of ${id}.`);
          } else {
            const said = await person.giveFeedback(id, { kind: known, interest: flags.interest, note: flags.note });
            if (json) printJson(said);
            else print(`${said.kind} ${said.paperId}`);
          }
        }
      });
    });
}

function kindOf(text: string): FeedbackKind {
  const kind = feedbackKinds.find((known) => known === text);
  if (kind === undefined) {
    throw new AppError("invalid_request", `“${text}” is not a kind of feedback.`, {
      mend: `It is one of ${feedbackKinds.join(", ")}; without one, \`paperkin feedback\` lists what you said so far.`,
    });
  }
  return kind;
}
