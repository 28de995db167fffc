/** `paperkin digest feeds`: private feed addresses for people's picks. */
import type { Command } from "commander";
import { privateFeedAddresses } from "../core/page-addresses.ts";
import { examples, isJson, withEngine, withoutIndex } from "./context.ts";
import { note, print, printJson, printTable } from "./output.ts";
import { personOption } from "./people.ts";

interface Flags {
  readonly person: string;
  readonly interest?: string;
}

export function addDigestFeeds(digest: Command): void {
  const feeds = digest
    .command("feeds")
    .description("private feeds of a person's picks, whose addresses need no key")
    .addHelpText("after", examples("digest feeds", "digest feeds new --interest Waves"));
  addList(feeds);
  addNew(feeds);
  addRevoke(feeds);
}

function addList(feeds: Command): void {
  feeds
    .command("list", { isDefault: true })
    .description("list the feeds, with the beginning of the secret part of each address")
    .addHelpText("after", examples("digest feeds list --person ada"))
    .addOption(personOption())
    .action(async ({ person }: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const all = await engine.person(person).feeds();
        if (isJson(command)) for (const feed of all) printJson(feed);
        else if (all.length === 0) print("There are no feeds. `paperkin digest feeds new` creates one.");
        else printTable(all.map(({ prefix, interest, created }) => [prefix, interest?.name ?? "all picks", created.slice(0, 10)]));
      });
    });
}

function addNew(feeds: Command): void {
  feeds
    .command("new")
    .description("a feed of the picks, or of those for one interest; its address is shown once")
    .addHelpText("after", examples("digest feeds new", "digest feeds new --interest Waves --person ada"))
    .option("--interest <interest>", "its id or its name; all picks unless given")
    .addOption(personOption())
    .addHelpText("after", "\nThe address begins with the setting publicUrl. Whoever knows it reads this feed, until it is revoked.\n")
    .action(async ({ person, interest }: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const { token, ...feed } = await engine.person(person).addFeed(interest);
        const addresses = privateFeedAddresses(engine.publicUrl, token);
        if (isJson(command)) printJson({ ...feed, ...addresses });
        else {
          for (const address of Object.values(addresses)) print(address);
          print(`These are one feed of ${feed.interest?.name ?? "all picks"}, as RSS, Atom and JSON Feed. They are not shown again.`);
        }
      });
    });
}

function addRevoke(feeds: Command): void {
  feeds
    .command("revoke")
    .description("revoke a feed")
    .addHelpText("after", examples("digest feeds revoke 8Jx2kQ"))
    .argument("<prefix>", "the beginning of its secret part, as `digest feeds` shows it")
    .addOption(personOption())
    .action(async (prefix: string, { person }: Flags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const revoked = await engine.person(person).revokeFeeds(prefix);
        if (isJson(command)) printJson({ revoked });
        else note(revoked === 0 ? `No feed of ${person} begins with ${prefix}.` : "Its address no longer works.");
        if (revoked === 0) process.exitCode = 1;
      });
    });
}
