/** `paperkin digest`: picks and trending papers, sent to people. */
import type { Command } from "commander";
import { createTransports } from "../app-delivery.ts";
import type { Delivery, DigestKind } from "../core/delivery.ts";
import { AppError } from "../core/errors.ts";
import { isTimeZone } from "../core/local-time.ts";
import type { DeliverCounts } from "../engine/digests/deliver.ts";
import { asking, examples, isJson, wholeNumber, withEngine, withoutIndex } from "./context.ts";
import { addDigestFeeds } from "./digest-feeds.ts";
import { addDigestSubscriptions, dayNames, kindOption } from "./digest-subscriptions.ts";
import { note, print, printJson, printTable } from "./output.ts";
import { subscriberOption } from "./people.ts";

interface SendFlags {
  readonly due?: boolean;
  readonly person: string;
  readonly date?: string;
  readonly again?: boolean;
  readonly to?: string;
}

export function addDigest(program: Command): void {
  const digest = program
    .command("digest")
    .description("send picks, or what is trending, by mail, to webhooks, into notes: preview, send, status, subscriptions, feeds")
    .addHelpText("after", examples("digest preview", "digest subscribe https://example.org/hook --kind trending", "digest status"));
  addPreview(digest);
  addSend(digest);
  addStatus(digest);
  addDigestSubscriptions(digest);
  addNewKey(digest);
  addDigestFeeds(digest);
}

function addNewKey(digest: Command): void {
  digest
    .command("new-key")
    .description("replace the key that signs links in messages, for example after a backup fell into the wrong hands")
    .addHelpText(
      "after",
      `${examples("digest new-key")}\nLinks in messages that were sent before stop working, and each webhook gets a new secret, which is shown.\nSign-ins, API keys and private feeds are not affected; they are revoked with \`people revoke\`, \`people sign-out\`, \`digest feeds\`.\n`,
    )
    .action(async (_flags: object, command: Command) => {
      await withEngine(command, withoutIndex, async (engine) => {
        const webhooks = await engine.digests.replaceKey();
        if (isJson(command)) for (const webhook of webhooks) printJson(webhook);
        else {
          print("Messages are signed with a new key from now on; links in messages that were sent before no longer work.");
          for (const { person, address, secret } of webhooks) print(`${address} (${person}) has the secret ${secret}`);
        }
      });
    });
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
    .option("--again", "with --date: send it even if it was sent already, was given up, or may have arrived")
    .addHelpText("after", "\nExamples:\n  paperkin digest send --due\n  paperkin digest send --date 2026-03-02 --again\n")
    .action(async (flags: SendFlags, command: Command) => {
      const { due, person, date, again, to } = flags;
      if ((due === true) === (date !== undefined))
        throw new AppError("invalid_request", "It is not clear what to send.", { mend: "Say either --due or --date." });
      await withEngine(command, asking, async (engine, config) => {
        const options = { transports: createTransports(config) };
        if (date === undefined) tellDue(await engine.digests.deliverDue(options), isJson(command));
        else {
          const addresses = new Map((await engine.digests.subscriptions()).map(({ id, address }) => [id, address]));
          tellOne(await engine.digests.deliverTo(person, date, again === true, options, to), addresses, isJson(command));
        }
      });
    });
}

/** @param addresses by the ids of subscriptions. */
function tellOne(deliveries: readonly Delivery[], addresses: ReadonlyMap<string, string>, json: boolean): void {
  for (const one of deliveries) {
    const why = one.state === "empty" ? "there was nothing new, so nothing was sent" : one.lastError;
    if (json) printJson(one);
    else note(`${one.date}, ${addresses.get(one.subscription) ?? "unsubscribed"}: ${one.state}${why === undefined ? "" : `, ${why}`}`);
  }
  if (deliveries.some(({ state }) => state !== "sent" && state !== "empty")) process.exitCode = 1;
}

/** @param counts undefined if another process delivers. Throws `library_busy` then. */
function tellDue(counts: DeliverCounts | undefined, json: boolean): void {
  if (counts === undefined) throw new AppError("library_busy", "Another process is delivering.", { mend: "It sends what is due." });
  if (json) printJson(counts);
  else if (Object.values(counts).every((count) => count === 0)) note("Nothing is due.");
  else
    note(
      Object.entries(counts)
        .map(([state, count]) => `${count} ${state}`)
        .join(", "),
    );
  if (counts.failed + counts.unknown + counts.pending > 0) process.exitCode = 3;
}

function addStatus(digest: Command): void {
  digest
    .command("status")
    .description("who gets what, and what became of each day's message")
    .addHelpText("after", examples("digest status", "digest status --limit 5 --json"))
    .option("--limit <n>", "messages to show", wholeNumber("--limit", 1, 100_000), 50)
    .addHelpText(
      "after",
      "\nunknown: the connection or the process ended while the message was being sent; it may have arrived.\nIt is not sent again by itself; `digest send --person NAME --date DAY --again` does so.\n",
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
