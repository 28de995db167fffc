/** `paperkin people address|sessions|sign-out`: how people sign in to the web pages. */
import type { Command } from "commander";
import { AppError } from "../core/errors.ts";
import { personName } from "../core/interest.ts";
import { counted } from "../core/text.ts";
import { examples, isJson, withEngine, withoutIndex } from "./context.ts";
import { note, print, printJson, printTable } from "./output.ts";

export function addSignIns(people: Command): void {
  people
    .command("address")
    .description("set where a person's sign-in links are mailed; without an address, show it")
    .addHelpText("after", examples("people address ada ada@example.org", "people address ada", "people address ada --remove"))
    .argument("<name>", "who", personName)
    .argument("[address]", "a mail address")
    .option("--remove", "links are no longer sent")
    .action(async (name: string, address: string | undefined, { remove }: { remove?: boolean }, command: Command) => {
      if (remove === true && address !== undefined)
        throw new AppError("invalid_request", "It is not clear what is meant.", { mend: "Name an address, or say --remove." });
      await withEngine(command, withoutIndex, async (engine) => {
        const isAsked = address === undefined && remove !== true;
        if (isAsked) await engine.requirePerson(name);
        const mailbox = isAsked ? (await engine.signIns.mailboxes()).get(name) : await engine.signIns.setMailbox(name, address);
        if (isJson(command)) printJson({ name, address: mailbox ?? null });
        else
          note(mailbox === undefined ? `${name} has no address${isAsked ? "" : " any more"}.` : `${name} signs in by links to ${mailbox}.`);
      });
    });

  people
    .command("sessions")
    .description("the browsers that are signed in")
    .addHelpText("after", examples("people sessions", "people sessions ada"))
    .argument("[name]", "whose; everybody's without", personName)
    .action(async (name: string | undefined, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        if (name !== undefined) await engine.requirePerson(name);
        const all = await engine.signIns.sessions(name);
        if (isJson(command)) for (const { isOwn: _, ...one } of all) printJson(one);
        else if (all.length === 0) print("Nobody is signed in.");
        else printTable(all.map(({ person, prefix, by, seen, agent }) => [person, prefix, by, seen.slice(0, 10), agent]));
      });
    });

  people
    .command("sign-out")
    .description("end all sessions of a person, or one")
    .addHelpText("after", examples("people sign-out ada"))
    .argument("<which>", "a name, or the beginning of a session as `people sessions` shows it", personName)
    .action(async (which: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const ended = (await engine.signIns.end({ person: which })) + (await engine.signIns.end({ prefix: which }));
        if (isJson(command)) printJson({ ended });
        else note(ended === 0 ? `There is no session of ${which}.` : `${counted(ended, "session")} ended.`);
        if (ended === 0) process.exitCode = 1;
      });
    });
}
