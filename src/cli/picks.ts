/** `paperkin picks`: what to read today, with reasons. */
import type { Command } from "commander";
import { AppError } from "../core/errors.ts";
import type { Interest } from "../core/interest.ts";
import type { Person } from "../engine/people/person.ts";
import { hasExploration } from "../engine/people/picks.ts";
import { describeChoice, describePick, listedNames, waitingNames } from "../engine/recommend/reason-text.ts";
import { asking, type CommonFlags, examples, isJson, wholeNumber, withEngine } from "./context.ts";
import { describeAuthors, note, print, printJson, printTitle, styled, wrap } from "./output.ts";
import { personOption } from "./people.ts";

interface Flags extends CommonFlags {
  person: string;
  date?: string;
  since?: string;
  limit: number;
  exploration?: boolean;
  extend?: boolean;
}

/** @param waiting interests that today's picks do not consider yet. */
export function describeWaiting(waiting: readonly Interest[]): string {
  const [first] = waiting;
  const now = `\`paperkin picks --extend\` adds some to today's, and \`paperkin interests show "${first?.name ?? ""}"\` shows what is nearest`;
  return `${waitingNames(waiting.map(({ name }) => name))}; ${now}.`;
}

async function picksFor(person: Person, { date, since, limit, exploration = false, extend }: Flags) {
  if (extend === true) {
    if (date !== undefined || since !== undefined)
      throw new AppError("invalid_request", "--extend cannot be combined with --date or --since.", { mend: "It is about today's picks." });
    return await person.extendPicks({ limit, exploration });
  }
  const to = date ?? person.today();
  return since === undefined ? await person.picks(to, { limit, exploration }) : await person.catchUp({ from: since, to, limit });
}

export function addPicks(program: Command): void {
  program
    .command("picks")
    .description("the papers of a day that fit your interests, and why; chosen once, and then fixed")
    .addHelpText("after", examples("picks", "picks --date 2025-03-03 --person ada", "picks --since 2025-03-03"))
    .option("--date <day>", "YYYY-MM-DD; today unless given")
    .option("--since <day>", "a catch-up: the picks of all days from this one on, ranked together")
    .option("--limit <n>", "papers to pick, if the day has no picks yet", wholeNumber("--limit", 1, 100), 10)
    .option("--exploration", "one more paper from outside of your interests, marked as such")
    .option("--extend", "add picks for interests that were added since today's picks were made; those stay as they are")
    .addOption(personOption())
    .action(async (flags: Flags, command: Command) => {
      await withEngine(command, asking, async (engine) => {
        const person = engine.person(flags.person);
        const { picks, papers } = await picksFor(person, flags);
        const shown = picks.picks.flatMap((pick) => {
          const paper = papers.get(pick.paperId);
          return paper === undefined ? [] : [{ ...pick, paper }];
        });
        const saysSoAlready = shown.length === 0 && (picks.candidates === 0 || ("date" in picks && picks.since === ""));
        const quiet =
          picks.quiet.length === 0 || saysSoAlready
            ? undefined
            : `Nothing good enough for ${listedNames(picks.quiet.map(({ name }) => name))}.`;
        if (isJson(command)) {
          for (const pick of shown) printJson(pick);
          if (quiet !== undefined) note(quiet);
          return;
        }
        const days = "date" in picks ? picks.date : `${picks.from} to ${picks.to}`;
        print(styled("bold", `${days}: ${shown.length} ${describeChoice(picks, (day) => day)}`));
        const waiting = "date" in picks && picks.date === person.today() ? await person.waitingInterests() : [];
        if (waiting.length > 0) print(describeWaiting(waiting));
        print();
        shown.forEach(({ paper, ...pick }, at) => {
          printTitle(at + 1, paper);
          const facts = [styled("cyan", paper.paperId), describeAuthors(paper), paper.published].filter(
            (part) => part !== undefined && part !== "",
          );
          print(wrap(facts.join(" · "), "     "));
          print(styled("dim", wrap(`why: ${describePick(pick)}`, "     ")));
          print();
        });
        if (quiet !== undefined) print(quiet);
        if (
          flags.exploration === true &&
          flags.extend !== true &&
          "date" in picks &&
          picks.date === person.today() &&
          !hasExploration(picks)
        )
          note("These picks were made before, or nothing is left outside of your interests: `--extend --exploration` looks again.");
      });
    });
}
