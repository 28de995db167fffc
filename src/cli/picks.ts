/** `paperkin picks`: what to read today, and why. */
import type { Command } from "commander";
import type { Interest } from "../core/interest.ts";
import { describeChoice, describePick, listedNames } from "../engine/reason-text.ts";
import { asking, type CommonFlags, examples, isJson, wholeNumber, withEngine } from "./context.ts";
import { describeAuthors, print, printJson, styled, wrap } from "./output.ts";
import { personOption } from "./people.ts";

interface Flags extends CommonFlags {
  person: string;
  date?: string;
  since?: string;
  limit: number;
  exploration?: boolean;
}

/** @param waiting those of whom today's picks know nothing. */
export function describeWaiting(waiting: readonly Interest[]): string {
  const [first] = waiting;
  const names = listedNames(waiting.map(({ name }) => name));
  const has = waiting.length === 1 ? "has its picks" : "have theirs";
  return `The picks of a day are made once, and stay. ${names} ${has} from tomorrow on; until then, \`paperkin interests show "${first?.name ?? ""}"\` shows what is nearest.`;
}

export function addPicks(program: Command): void {
  program
    .command("picks")
    .description("the papers of a day that fit your interests, and why; made once, and then the same for ever")
    .addHelpText("after", examples("picks", "picks --date 2025-03-03 --person ada", "picks --since 2025-03-03"))
    .option("--date <day>", "YYYY-MM-DD; today unless given")
    .option("--since <day>", "a catch-up: the picks of all days from this one on, ranked together")
    .option("--limit <n>", "papers to pick, where they are made now", wholeNumber("--limit", 1, 100), 10)
    .option("--exploration", "one more paper from outside of your interests, marked as such")
    .addOption(personOption())
    .action(async (flags: Flags, command: Command) => {
      await withEngine(command, asking, async (engine) => {
        const person = engine.person(flags.person);
        const to = flags.date ?? person.today();
        const { picks, papers } =
          flags.since === undefined
            ? await person.picks(to, { limit: flags.limit, exploration: flags.exploration === true })
            : await person.catchUp({ from: flags.since, to, limit: flags.limit });
        const shown = picks.picks.flatMap((pick) => {
          const paper = papers.get(pick.paperId);
          return paper === undefined ? [] : [{ ...pick, paper }];
        });
        if (isJson(command)) {
          for (const pick of shown) printJson(pick);
          return;
        }
        const days = "date" in picks ? picks.date : `${picks.from} to ${picks.to}`;
        print(styled("bold", `${days}: ${shown.length} ${describeChoice(picks, (day) => day)}`));
        const waiting = "date" in picks && picks.date === person.today() ? await person.waitingInterests() : [];
        if (waiting.length > 0) print(describeWaiting(waiting));
        print();
        shown.forEach(({ paper, ...pick }, at) => {
          print(`${String(at + 1).padStart(3)}. ${styled("bold", paper.title)}`);
          const facts = [styled("cyan", paper.paperId), describeAuthors(paper), paper.published].filter(
            (part) => part !== undefined && part !== "",
          );
          print(wrap(facts.join(" · "), "     "));
          print(styled("dim", wrap(`why: ${describePick(pick)}`, "     ")));
          print();
        });
        if (picks.quiet.length > 0) print(`Nothing good enough for ${listedNames(picks.quiet.map(({ name }) => name))}.`);
      });
    });
}
