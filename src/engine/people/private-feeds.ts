/** Feeds of one person's picks, under addresses that nobody can guess and that can be revoked one by one. */
import { randomBytes } from "node:crypto";
import { hashKey } from "../../core/api-key.ts";
import type { PrivateFeed } from "../../core/delivery.ts";
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import { localTime } from "../../core/local-time.ts";
import type { Paper } from "../../core/paper.ts";
import { addDays, localDay } from "../../core/period.ts";
import type { Pick, Picks } from "../../core/picks.ts";
import { findPapers } from "../papers.ts";
import { describePick } from "../recommend/reason-text.ts";
import { getInterest } from "./interests.ts";
import { requireStillThere } from "./people.ts";
import { picksOf } from "./picks.ts";

export interface ListedFeed {
  readonly prefix: string;
  /** None: it has all picks. */
  readonly interest?: { readonly id: string; readonly name: string };
  readonly created: string;
}

export interface NewFeed extends ListedFeed {
  /** The secret part of its addresses, which is stored nowhere. */
  readonly token: string;
}

export interface PrivateFeedContent {
  /** The name of an interest; undefined for all picks. */
  readonly interest?: { readonly id: string; readonly name: string };
  readonly entries: readonly PrivateFeedEntry[];
}

export interface PrivateFeedEntry {
  readonly paper: Paper;
  /** In a line of plain text. */
  readonly why: string;
  /** When it was picked, ISO 8601 in UTC. */
  readonly picked: string;
}

/** How much of the secret part is stored to recognise it by, as for API keys. */
const prefixLength = 11;
const mostFeeds = 100;
const mostEntries = 50;
/** A feed goes back so far at most. */
const mostDays = 30;

/** Oldest first. */
export async function listFeeds(library: Library, person: string): Promise<ListedFeed[]> {
  const names = new Map((await library.personal.interests(person)).map(({ id, name }) => [id, name]));
  return (await library.delivery.privateFeeds(person)).map((feed) => listed(feed, names));
}

/** @param interest by id or name; all picks if undefined. Throws `interest_not_found`, `invalid_request` for too many. */
export async function addFeed(library: Library, person: string, interest: string | undefined, now: Date): Promise<NewFeed> {
  if ((await library.delivery.privateFeeds(person)).length >= mostFeeds)
    throw new AppError("invalid_request", `There are ${mostFeeds} private feeds already.`, { mend: "Revoke those that nobody reads." });
  const followed = interest === undefined ? undefined : await getInterest(library, person, interest);
  const token = `pf_${randomBytes(24).toString("base64url")}`;
  const feed: PrivateFeed = {
    prefix: token.slice(0, prefixLength),
    hash: hashKey(token).toString("hex"),
    person,
    created: now.toISOString(),
    ...(followed === undefined ? {} : { interest: followed.id }),
  };
  await requireStillThere(library, person);
  await library.delivery.addPrivateFeed(feed);
  return { ...listed(feed, new Map(followed === undefined ? [] : [[followed.id, followed.name]])), token };
}

/** Revokes a person's feeds whose secret part has this prefix. @returns how many there were. */
export async function revokeFeeds(library: Library, person: string, prefix: string): Promise<number> {
  const meant = (await library.delivery.privateFeeds(person)).filter((feed) => feed.prefix === prefix);
  for (const { hash } of meant) await library.delivery.removePrivateFeed(hash);
  return meant.length;
}

/** What a secret part opens. Throws `invalid_link`. */
export async function feedOfToken(library: Library, token: string): Promise<PrivateFeed> {
  const feed = await library.delivery.privateFeed(hashKey(token).toString("hex"));
  if (feed === undefined)
    throw new AppError("invalid_link", "This feed does not exist, or was revoked.", { mend: "Its owner can make a new address." });
  return feed;
}

/**
 * The picks of the last days, latest first. Today's are made if nobody has requested them yet, which costs something once a day, or every
 * time until they can be stored: provisional picks are in no feed.
 * Throws `invalid_link` if its interest is gone, and what making picks throws.
 */
export async function contentOfFeed(
  library: Library,
  embedder: Embedder,
  { person, interest: id }: PrivateFeed,
  now: Date,
  signal?: AbortSignal,
): Promise<PrivateFeedContent> {
  const interests = await library.personal.interests(person);
  const interest = interests.find((one) => one.id === id);
  if (id !== undefined && interest === undefined)
    throw new AppError("invalid_link", "The interest that this feed followed is gone.", { mend: "Its owner can make another one." });
  const today = localDay(now);
  if (interests.length > 0 && !(await waitsForMessage(library, person, now)))
    await picksOf({ library, embedder, person, date: today, now, signal }).catch(ignoreNothingToPick);
  const chosen: { pick: Pick; picked: string }[] = [];
  for (let back = 0; back < mostDays && chosen.length < mostEntries; back++) {
    const { picks = [], made = "" }: Partial<Picks> = (await library.personal.picks(person, addDays(today, -back))) ?? {};
    for (const pick of picks) if (id === undefined || pick.interest?.id === id) chosen.push({ pick, picked: made });
  }
  const shown = chosen.slice(0, mostEntries);
  const papers = await findPapers(
    library,
    shown.map(({ pick }) => pick.paperId),
  );
  const said = new Set<string>();
  const entries = shown.flatMap(({ pick, picked }, at) => {
    const paper = papers[at]?.paper;
    // Two picked papers may have been merged since.
    if (paper === undefined || said.has(paper.paperId)) return [];
    said.add(paper.paperId);
    return [{ paper, why: describePick(pick), picked }];
  });
  return { entries, ...(interest === undefined ? {} : { interest: { id: interest.id, name: interest.name } }) };
}

/** A feed reader that asks at midnight must not make the picks of a message that is due in the morning. */
async function waitsForMessage(library: Library, person: string, now: Date): Promise<boolean> {
  const own = (await library.delivery.subscriptions()).filter((one) => one.person === person && one.kind === "picks");
  return own.some(({ confirmed, timeZone, hour }) => confirmed !== undefined && localTime(now, timeZone).hour < hour);
}

function ignoreNothingToPick(thrown: unknown): void {
  if (!(thrown instanceof AppError) || thrown.code !== "no_interests") throw thrown;
}

function listed({ prefix, interest, created }: PrivateFeed, names: ReadonlyMap<string, string>): ListedFeed {
  return { prefix, created, ...(interest === undefined ? {} : { interest: { id: interest, name: names.get(interest) ?? "" } }) };
}
