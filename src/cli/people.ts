/** `paperkin people`: who uses this library, and the keys that identify them to the server. */
import type { Command } from "commander";
import { Option } from "commander";
import { anybody } from "../core/delivery.ts";
import { AppError } from "../core/errors.ts";
import { ownerName, personName } from "../core/interest.ts";
import { type Scope, scopes } from "../core/personal-store.ts";
import { examples, isJson, withEngine, withoutIndex } from "./context.ts";
import { note, print, printJson, printTable } from "./output.ts";
import { addSignIns } from "./people-sign-ins.ts";

/** Whose interests, feedback and picks a command is about. @param text for the help. */
export function personOption(text?: string): Option {
  return subscriberOption(text).argParser((name) => {
    if (name === anybody)
      throw new AppError("invalid_request", `“${anybody}” has subscriptions to what is trending and nothing else.`, {
        mend: "`paperkin people` lists everybody.",
      });
    return personName(name);
  });
}

/** Whose subscriptions a command is about: those that were made without a key belong to `*`. */
export function subscriberOption(text = "whose, where several people use the library"): Option {
  return new Option("--person <name>", text).argParser(personName).default(ownerName);
}

export function addPeople(program: Command): void {
  const people = program
    .command("people")
    .description("who uses this library, and their API keys")
    .addHelpText("after", examples("people", "people add ada", "people revoke pk_8Jx2kQ"));
  addList(people);
  addAdd(people);
  addRevoke(people);
  addSignIns(people);
  addRemove(people);
}

function addList(people: Command): void {
  people
    .command("list", { isDefault: true })
    .description("everybody, with the beginnings of their keys")
    .addHelpText("after", examples("people", "people list --json"))
    .action(async (_flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const all = await engine.people();
        if (isJson(command)) for (const one of all) printJson(one);
        else if (all.length === 0) print("There is nobody but you: no key is needed on this machine.");
        else
          printTable(
            all.flatMap(({ name, keys }) => (keys.length === 0 ? [[name]] : keys.map((key) => [name, key.prefix, key.scope, key.created]))),
          );
      });
    });
}

function addAdd(people: Command): void {
  people
    .command("add")
    .description("add a person, with a key that is shown once; as soon as there is a person, every request needs a key")
    .addHelpText("after", examples("people add ada", "people add reader --scope read"))
    .argument("<name>", "letters, digits, dots, dashes", personName)
    .addOption(new Option("--scope <scope>", "what the key may do").choices(scopes).default("write"))
    .addHelpText("after", "\nFor an existing person, this creates another key.\n")
    .action(async (name: string, { scope }: { scope: Scope }, command: Command) => {
      await withEngine(command, { ...withoutIndex, create: true }, async (engine) => {
        const before = await engine.people();
        const keys = before.find((one) => one.name === name)?.keys.length ?? 0;
        const key = await engine.addPerson(name, scope);
        if (isJson(command)) printJson({ name, scope, key });
        else {
          print(key);
          note(
            `This is ${keys === 0 ? `${name}'s key` : `one more key of ${name}, who has ${keys + 1} now`} (${scope}). It is not shown again.`,
          );
          if (before.length === 0) note(firstKeyText(name));
        }
      });
    });
}

/** What changes with the first key. */
function firstKeyText(name: string): string {
  const own =
    name === ownerName
      ? ""
      : ` What you did so far belongs to \`${ownerName}\`: \`paperkin people add ${ownerName} --scope admin\` makes your own key.`;
  return `From now on every request to a server needs a key.${own}`;
}

function addRevoke(people: Command): void {
  people
    .command("revoke")
    .description("revoke a key")
    .addHelpText("after", examples("people revoke pk_8Jx2kQ"))
    .argument("<prefix>", "its beginning, as `people list` shows it")
    .action(async (prefix: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const revoked = await engine.revokeKey(prefix);
        if (isJson(command)) printJson({ revoked });
        else note(revoked === 0 ? `No key begins with ${prefix}.` : "It no longer works.");
        if (revoked === 0) process.exitCode = 1;
      });
    });
}

function addRemove(people: Command): void {
  people
    .command("remove")
    .description("remove a person, with keys, sessions, interests, feedback and picks")
    .addHelpText("after", examples("people remove ada"))
    .argument("<name>", "who", personName)
    .action(async (name: string, _flags: unknown, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        await engine.removePerson(name);
        if (isJson(command)) printJson({ removed: name });
        else note(`Removed ${name}.`);
      });
    });
}
