/** `paperkin digest`: picks and what is trending, sent to people. */
import { stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import { createTransports } from "../app-delivery.ts";
import { type DeliveryChannel, type DigestKind, digestKinds } from "../core/delivery.ts";
import { AppError } from "../core/errors.ts";
import { isTimeZone } from "../core/local-time.ts";
import { ownTimeZone, requireMailbox } from "../engine/subscriptions.ts";
import { asking, examples, isJson, wholeNumber, withEngine, withoutIndex } from "./context.ts";
import { addDigestFeeds } from "./digest-feeds.ts";
import { note, print, printJson, printTable } from "./output.ts";
import { subscriberOption } from "./people.ts";

interface SubscribeFlags {
  readonly person: string;
  readonly kind: DigestKind;
  readonly days: readonly number[];
  readonly hour: number;
  readonly zone: string;
  readonly empty?: boolean;
  readonly confirmed?: boolean;
}

interface SendFlags {
  readonly due?: boolean;
  readonly person: string;
  readonly date?: string;
  readonly again?: boolean;
  readonly to?: string;
}

const dayNames: readonly string[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export function addDigest(program: Command): void {
  const digest = program
    .command("digest")
    .description("send picks, or what is trending, by mail, to webhooks, into notes: preview, send, status, subscriptions, feeds")
    .addHelpText("after", examples("digest preview", "digest subscribe https://example.org/hook --kind trending", "digest status"));
  addPreview(digest);
  addSend(digest);
  addStatus(digest);
  addSubscriptions(digest);
  addNewKey(digest);
  addDigestFeeds(digest);
}

function addNewKey(digest: Command): void {
  digest
    .command("new-key")
    .description("make the key anew that signs links in messages, as after a backup came into wrong hands")
    .addHelpText(
      "after",
      `${examples("digest new-key")}\nLinks of messages that were sent do nothing any more, and each webhook has another secret, which is shown.\nSign-ins, API keys and private feeds have nothing to do with it: \`people revoke\`, \`people sign-out\`, \`digest feeds\`.\n`,
    )
    .action(async (_flags: object, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const webhooks = await engine.digests.replaceKey();
        if (isJson(command)) for (const webhook of webhooks) printJson(webhook);
        else {
          print("Messages are signed with another key from now on; links of those that were sent do nothing any more.");
          for (const { person, address, secret } of webhooks) print(`${address} (${person}) has the secret ${secret}`);
        }
      });
    });
}

function kindOption(): Option {
  return new Option("--kind <kind>", "a person's picks, or what is trending for everybody").choices(digestKinds).default("picks");
}

function addPreview(digest: Command): void {
  digest
    .command("preview")
    .description("the message of a day as it would be sent, on standard output")
    .addHelpText("after", examples("digest preview", "digest preview --kind trending --date 2026-03-02 --html"))
    .addOption(subscriberOption())
    .addOption(kindOption())
    .option("--date <day>", "YYYY-MM-DD; today unless given")
    .option("--html", "as HTML instead of plain text")
    .action(async (flags: { person: string; kind: DigestKind; date?: string; html?: boolean }, command: Command) => {
      await withEngine(command, asking, async (engine) => {
        const message = await engine.digests.preview(flags.person, flags.kind, flags.date);
        if (isJson(command)) printJson({ subject: message.subject, text: message.text, html: message.html });
        else if (flags.html === true) print(message.html);
        else print(`${message.subject}\n\n${message.text}`);
      });
    });
}

function addSend(digest: Command): void {
  digest
    .command("send")
    .description("send what is due (a server does so by itself), or the message of one day to one person")
    .option("--due", "all that is due")
    .addOption(subscriberOption())
    .option("--date <day>", "YYYY-MM-DD: the message of this day to all confirmed addresses of the person")
    .option("--to <address>", "with --date: to this address alone")
    .option("--again", "with --date: also where it was sent, given up, or may have arrived")
    .addHelpText("after", "\nExamples:\n  paperkin digest send --due\n  paperkin digest send --date 2026-03-02 --again\n")
    .action(async ({ due, person, date, again, to }: SendFlags, command: Command) => {
      if ((due === true) === (date !== undefined))
        throw new AppError("invalid_request", "It is not clear what to send.", { mend: "Say either --due or --date." });
      await withEngine(command, asking, async (engine, config) => {
        const options = { transports: createTransports(config) };
        if (date !== undefined) {
          const done = await engine.digests.deliverTo(person, date, again === true, options, to);
          for (const one of done) {
            if (isJson(command)) printJson(one);
            else note(`${one.date}: ${one.state}${one.lastError === undefined ? "" : `, ${one.lastError}`}`);
          }
          if (done.some(({ state }) => state !== "sent" && state !== "empty")) process.exitCode = 1;
          return;
        }
        const counts = await engine.digests.deliverDue(options);
        if (counts === undefined) throw new AppError("library_busy", "Another process is delivering.", { mend: "It sends what is due." });
        if (isJson(command)) printJson(counts);
        else
          note(
            Object.entries(counts)
              .map(([state, count]) => `${count} ${state}`)
              .join(", "),
          );
        if (counts.failed + counts.unknown + counts.pending > 0) process.exitCode = 3;
      });
    });
}

function addStatus(digest: Command): void {
  digest
    .command("status")
    .description("who gets what, and what became of each day's message")
    .addHelpText("after", examples("digest status", "digest status --limit 5 --json"))
    .option("--limit <n>", "messages to show", wholeNumber("--limit", 1, 100_000), 50)
    .addHelpText(
      "after",
      "\nunknown: the message had begun to leave when the connection or the process ended; it may have arrived.\nIt is not repeated by itself: `digest send --person NAME --date DAY --again` does.\n",
    )
    .action(async ({ limit }: { limit: number }, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const subscriptions = await engine.digests.subscriptions();
        const addresses = new Map(subscriptions.map(({ id, address }) => [id, address]));
        const deliveries = (await engine.digests.deliveries()).slice(0, limit);
        if (isJson(command)) {
          for (const subscription of subscriptions) printJson({ subscription });
          for (const delivery of deliveries) printJson({ delivery });
          return;
        }
        if (subscriptions.length === 0) print("Nobody is subscribed.");
        printTable(
          subscriptions.map(({ id, person, channel, address, kind, weekdays, hour, timeZone, confirmed }) => [
            id.slice(0, 8),
            person,
            channel,
            address,
            kind,
            weekdays.map((day) => dayNames[day - 1] ?? "").join(","),
            `${hour}:00 ${timeZone}${isTimeZone(timeZone) ? "" : " (not known here: UTC)"}`,
            confirmed === undefined ? "not confirmed" : "",
          ]),
        );
        if (deliveries.length > 0) print();
        printTable(
          deliveries.map(({ subscription, date, state, attempts, nextTry, lastError }) => [
            date,
            addresses.get(subscription) ?? "unsubscribed",
            state,
            `${attempts} ${attempts === 1 ? "try" : "tries"}`,
            nextTry === undefined ? "" : `next ${nextTry}`,
            lastError ?? "",
          ]),
        );
      });
    });
}

function addSubscriptions(digest: Command): void {
  digest
    .command("subscribe")
    .description("send a person's picks, or what is trending: to a mailbox, which is asked for agreement first, a webhook, or a folder")
    .addHelpText(
      "after",
      examples(
        "digest subscribe ada@example.org --days mon,thu --hour 8",
        "digest subscribe https://example.org/hook --kind trending",
        "digest subscribe /home/ada/notes",
      ),
    )
    .argument("<address>", "name@example.org, https://example.org/hook, or a folder of notes: /home/ada/notes")
    .addOption(subscriberOption())
    .addOption(kindOption())
    .option("--days <days>", "weekdays, separated by commas; one of them makes it weekly", readDays, [1, 2, 3, 4, 5])
    .option("--hour <n>", "the hour, there", wholeNumber("--hour", 0, 23), 7)
    .option("--zone <zone>", "the time zone, as Europe/Berlin", ownTimeZone())
    .option("--empty", "also when there is nothing to say")
    .option("--confirmed", "without asking: the mailbox is your own")
    .addHelpText(
      "after",
      "\nA webhook gets a POST of JSON, signed as Standard Webhooks has it; its secret is shown now.\nA folder gets a Markdown file a day; what you change of it is never written over.\n",
    )
    .action(async (address: string, { person, days, zone, empty, confirmed, ...flags }: SubscribeFlags, command: Command) => {
      await withEngine(command, withoutIndex, async (engine, config) => {
        const { mail } = createTransports(config);
        const channel = channelOf(address);
        if (channel === "file") await checkFolder(address);
        if (channel === "mail") requireMailbox(address);
        const agreed = confirmed === true || channel !== "mail";
        if (!agreed && mail === undefined)
          throw new AppError("invalid_config", `${address} cannot be asked to confirm.`, {
            mend: "Set up `smtp` in the settings, or say --confirmed where the address is your own.",
          });
        const input = { ...flags, channel, address: channel === "file" ? resolve(address) : address, weekdays: days, timeZone: zone };
        const subscription = await engine.digests.subscribe(person, { ...input, wantsEmpty: empty === true }, agreed);
        const isOpen = subscription.confirmed === undefined;
        if (isOpen && mail !== undefined) await engine.digests.askForConfirmation(subscription, mail);
        const secret = channel === "webhook" ? await engine.digests.webhookSecret(subscription) : undefined;
        if (isJson(command)) printJson({ ...subscription, ...(secret === undefined ? {} : { secret }) });
        else {
          const next = `The next message is due on ${engine.digests.nextDay(subscription)} at ${subscription.hour}:00, ${zone}.`;
          print(isOpen ? `${address} is asked to confirm.` : `${address} is subscribed. ${next}`);
          if (secret !== undefined) print(`Its messages are signed with ${secret}`);
        }
      });
    });

  digest
    .command("unsubscribe")
    .description("end a person's subscriptions to an address")
    .addHelpText("after", examples("digest unsubscribe ada@example.org"))
    .argument("<address>", "the address, or the id of a subscription")
    .addOption(subscriberOption())
    .action(async (which: string, { person }: { person: string }, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const ended = await engine.digests.unsubscribe(person, channelOf(which) === "file" ? resolve(which) : which);
        if (ended === 0)
          throw new AppError("subscription_not_found", `${person} has no subscription to ${which}.`, {
            mend: "`digest status` lists all.",
          });
        if (isJson(command)) printJson({ ended });
        else print(`${which} gets nothing more.`);
      });
    });
}

function channelOf(address: string): DeliveryChannel {
  if (/^https?:\/\//i.test(address)) return "webhook";
  return isAbsolute(address) || /^\.{1,2}(?:[/\\]|$)/.test(address) ? "file" : "mail";
}

/** Throws `invalid_request`. */
async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new AppError("invalid_request", `There is no folder ${path}.`, {
      mend: "Make it first: a folder that is not there may be a disk that is not.",
    });
}

/** `mon,thu` → 1, 4. Throws `invalid_request`. */
function readDays(text: string): number[] {
  return text.split(",").map((word) => {
    const at = dayNames.indexOf(word.trim().toLowerCase().slice(0, 3));
    if (at < 0) throw new AppError("invalid_request", `“${word}” in --days is no weekday.`, { mend: `They are ${dayNames.join(", ")}.` });
    return at + 1;
  });
}
