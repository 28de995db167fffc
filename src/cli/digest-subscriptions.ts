/** `paperkin digest subscribe` and `unsubscribe`: who is sent what, when and where. */
import { stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import { createTransports } from "../app-delivery.ts";
import { type DeliveryChannel, type DigestKind, digestKinds } from "../core/delivery.ts";
import { AppError } from "../core/errors.ts";
import { ownTimeZone, requireMailbox } from "../engine/digests/subscriptions.ts";
import { examples, isJson, wholeNumber, withEngine, withoutIndex } from "./context.ts";
import { print, printJson } from "./output.ts";
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

/** Starting with Monday. */
const wholeDayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/** Starting with Monday. */
export const dayNames: readonly string[] = wholeDayNames.map((name) => name.slice(0, 3));

/** Which messages a subscription sends. */
export function kindOption(): Option {
  return new Option("--kind <kind>", "a person's picks, or what is trending for everybody").choices(digestKinds).default("picks");
}

export function addDigestSubscriptions(digest: Command): void {
  addSubscribe(digest);
  addUnsubscribe(digest);
}

function addSubscribe(digest: Command): void {
  digest
    .command("subscribe")
    .description("send a person's picks, or what is trending, to a mailbox (which must confirm first), a webhook, or a folder")
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
    .addOption(
      new Option("--days <days>", "weekdays, separated by commas, or `daily`; a single one for a weekly message")
        .argParser(readDays)
        .default([1, 2, 3, 4, 5], "mon,tue,wed,thu,fri"),
    )
    .option("--hour <n>", "the hour in that time zone", wholeNumber("--hour", 0, 23), 7)
    .option("--zone <zone>", "the time zone, such as Europe/Berlin", ownTimeZone())
    .option("--empty", "send a message even when there is nothing new")
    .option("--confirmed", "skip the confirmation: the mailbox is your own")
    .addHelpText(
      "after",
      "\nA webhook gets a POST of JSON, signed according to Standard Webhooks; its secret is shown now.\nA folder gets one Markdown file per day; your changes to it are never overwritten.\n",
    )
    .action(subscribe);
}

async function subscribe(address: string, flags: SubscribeFlags, command: Command): Promise<void> {
  const { person, kind, hour, days: weekdays, zone: timeZone } = flags;
  await withEngine(command, withoutIndex, async (engine, config) => {
    const { mail } = createTransports(config);
    const channel = channelOf(address);
    if (channel === "file") await checkFolder(address);
    // An address without @ was probably meant as a folder, but does not look like one.
    if (channel === "mail" && !address.includes("@"))
      throw new AppError("invalid_request", `“${address}” is not a valid address for mail.`, {
        mend: "A mailbox is name@example.org, a webhook begins with https://, and a folder with / or ./.",
      });
    if (channel === "mail") requireMailbox(address);
    const agreed = flags.confirmed === true || channel !== "mail";
    if (!agreed && mail === undefined)
      throw new AppError("invalid_config", `${address} cannot be sent a request to confirm.`, {
        mend: "Set up `smtp` in the settings, or say --confirmed where the address is your own.",
      });
    const input = { kind, hour, channel, address: channel === "file" ? resolve(address) : address, weekdays, timeZone };
    const subscription = await engine.digests.subscribe(person, { ...input, wantsEmpty: flags.empty === true }, agreed);
    const isOpen = subscription.confirmed === undefined;
    if (isOpen && mail !== undefined) await engine.digests.askForConfirmation(subscription, mail);
    const secret = channel === "webhook" ? await engine.digests.webhookSecret(subscription) : undefined;
    if (isJson(command)) printJson({ ...subscription, ...(secret === undefined ? {} : { secret }) });
    else {
      const next = `The next message is due on ${engine.digests.nextDay(subscription)} at ${subscription.hour}:00, ${timeZone}.`;
      print(isOpen ? `${address} is asked to confirm.` : `${address} is subscribed. ${next}`);
      if (secret !== undefined) print(`Its messages are signed with ${secret}`);
    }
  });
}

function addUnsubscribe(digest: Command): void {
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
        else print(`${which} is sent nothing more.`);
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
      mend: "Create it first. It is not created automatically, since a missing folder may mean that a disk is not mounted.",
    });
}

/** `mon,thu` → 1, 4; `thurs` and `thursday` are accepted too, and `daily`. Throws `invalid_request`. */
function readDays(text: string): number[] {
  if (text.trim().toLowerCase() === "daily") return dayNames.map((_, at) => at + 1);
  return text.split(",").map((word) => {
    const name = word.trim().toLowerCase();
    const at = wholeDayNames.findIndex((day) => name.length >= 3 && day.startsWith(name));
    if (at < 0)
      throw new AppError("invalid_request", `“${word}” in --days is not a weekday.`, {
        mend: `They are ${dayNames.join(", ")}; \`daily\` is all of them.`,
      });
    return at + 1;
  });
}
