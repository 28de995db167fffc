/** What a day's message says: a person's picks since the last message, by interest, or what is trending. */
import type { Subscription } from "../../core/delivery.ts";
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import type { Paper } from "../../core/paper.ts";
import { addDays, laterDay } from "../../core/period.ts";
import type { Picks } from "../../core/picks.ts";
import { orderListing } from "../daily-order.ts";
import { readInTurns } from "../papers.ts";
import { type PickToRead, rankTogether, stillToRead } from "../people/catch-up.ts";
import { keepPicks, picksOf } from "../people/picks.ts";
import { describeGrounds } from "../recommend/reason-text.ts";

export interface DigestEntry {
  readonly paper: Paper;
  /** In a line of plain text; empty if there is none. */
  readonly why: string;
  /** The interest that it was picked for. */
  readonly interest?: string;
}

export interface DigestSection {
  /** The name of an interest, or the heading of other content. */
  readonly title: string;
  readonly entries: readonly DigestEntry[];
}

export interface DigestContent {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly kind: Subscription["kind"];
  /** The first day whose picks it contains, if earlier. */
  readonly from?: string;
  readonly sections: readonly DigestSection[];
  /** Papers that there was no room for. */
  readonly more: number;
  /** Names of interests for which nothing was good enough on any of its days. */
  readonly quiet: readonly string[];
}

interface DigestParts {
  readonly library: Library;
  readonly embedder: Embedder;
  readonly now: Date;
  readonly halfLifeDays: number;
  /**
   * When it is sent: if it has something to say, in any case, or never, because it is only a preview. Sending makes its picks permanent.
   */
  readonly sending: "if_any" | "always" | "never";
}

/** The maximum content of a message; some mail programs cut long ones. */
const mostPapers = 30;
/** How far back a message goes at most: what was in a weekly one that did not arrive comes with the next. */
const mostDays = 14;
/** How far back the first message of what is trending goes. */
const firstDays = 7;
const trendingPapers = 10;
/** Papers without votes that are examined for emerging ones: the latest arrivals. */
const mostOthers = 50;
/** The section of what has votes or saves. */
export const trendingTitle = "Trending";

/**
 * @param since the day of the last message that arrived; undefined before the first. Throws `embedding_failed` and what
 * storage throws; a person without interests has nothing.
 */
export async function digestContent(
  parts: DigestParts,
  { person, kind }: { readonly person: string; readonly kind: Subscription["kind"] },
  date: string,
  since: string | undefined,
  signal?: AbortSignal,
): Promise<DigestContent> {
  if (kind === "trending") return await trendingContent(parts, date, since, signal);
  const { library } = parts;
  const { picks, toRead } = await toldPicks(parts, person, date, since, signal);
  const isOneDay = picks.filter((one) => one.picks.length > 0).length <= 1;
  const chosen = isOneDay ? toRead.slice(0, mostPapers) : await rankTogether(library, person, toRead, mostPapers);
  const sections = new Map<string, DigestEntry[]>();
  for (const { paper, ...pick } of chosen) {
    const title = pick.exploration === true ? "To see what else there is" : (pick.interest?.name ?? "");
    const interest = pick.interest === undefined || pick.exploration === true ? {} : { interest: pick.interest.id };
    sections.set(title, [...(sections.get(title) ?? []), { paper, why: describeGrounds(pick), ...interest }]);
  }
  const first = picks.findLast((one) => one.picks.length > 0)?.date ?? date;
  return {
    date,
    kind,
    ...(first < date ? { from: first } : {}),
    sections: [...sections].map(([title, entries]) => ({ title, entries })),
    more: toRead.length - chosen.length,
    quiet: quietOn(picks, date),
  };
}

/**
 * The picks of the day and of those before it, latest first, and those of them that the message contains: not what has left the library
 * or was put aside since, and each merged paper once. Sending makes the picks permanent.
 */
async function toldPicks(
  parts: DigestParts,
  person: string,
  date: string,
  since: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ picks: Picks[]; toRead: PickToRead[] }> {
  const { library, sending } = parts;
  const earlier = await picksSince(library, person, date, since);
  const ofDay = await picksOfDay(parts, person, date, signal);
  const picks = ofDay === undefined ? earlier : [ofDay, ...earlier];
  const toRead = await stillToRead(library, person, picks);
  const isSent = sending === "always" || (sending === "if_any" && toRead.length > 0);
  if (ofDay === undefined || !isSent) return { picks, toRead };
  const standing = await keepPicks(library, person, ofDay);
  if (standing.made === ofDay.made) return { picks, toRead };
  // Somebody asked for them in the same moment.
  const others = [standing, ...earlier];
  return { picks: others, toRead: await stillToRead(library, person, others) };
}

/** Names of the interests that had nothing on the day or on the days before it. @param picks of all of these days. */
function quietOn(picks: readonly Picks[], date: string): string[] {
  const heard = new Set(picks.flatMap((one) => one.picks.map(({ interest }) => interest?.id)));
  const quiet = picks.find((one) => one.date === date)?.quiet ?? [];
  return quiet.filter(({ id }) => !heard.has(id)).map(({ name }) => name);
}

/** Of the day; none of a person without interests. */
async function picksOfDay(
  { library, embedder, now }: DigestParts,
  person: string,
  date: string,
  signal: AbortSignal | undefined,
): Promise<Picks | undefined> {
  try {
    return await picksOf({ library, embedder, person, date, now, signal });
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "no_interests") throw thrown;
    return undefined;
  }
}

/** Picks of the days since the last message, if any were made; latest first. */
async function picksSince(library: Library, person: string, date: string, since: string | undefined): Promise<Picks[]> {
  const after = laterDay(since ?? addDays(date, -1), addDays(date, -mostDays));
  // The day itself is always included, even if the address was confirmed later on that day.
  return (await library.personal.pickHistory(person)).filter((one) => one.date > after && one.date < date);
}

/** Covers the whole days before this one: papers that arrive later in the day are in the next message. */
async function trendingContent(
  { library, halfLifeDays }: DigestParts,
  date: string,
  since: string | undefined,
  signal: AbortSignal | undefined,
): Promise<DigestContent> {
  const from = laterDay(since ?? addDays(date, -firstDays), addDays(date, -mostDays));
  const days = (await library.listingDates([{}])).filter((day) => day.date.length === 10 && day.date >= from && day.date < date);
  const labels = await library.listedOn(
    days.map((day) => day.date),
    [{ withdrawn: false }],
  );
  const stored = await readInTurns(library, labels, signal);
  const order = { lastDay: addDays(date, -1), halfLifeDays };
  const page = { offset: 0, limit: trendingPapers };
  const trending = (await orderListing(library, stored, { ...order, sort: "trending" }, page, signal)).filter(({ score = 0 }) => score > 0);
  // A paper that nobody voted for is not trending, and is not called so.
  const taken = new Set(trending.map((one) => one.stored.label));
  const others = trending.length >= trendingPapers ? [] : stored.filter(({ label }) => !taken.has(label)).slice(-mostOthers);
  const ordered = await orderListing(
    library,
    others,
    { ...order, sort: "emerging" },
    { offset: 0, limit: trendingPapers - trending.length },
    signal,
  );
  const [emerging, plain] = [ordered.filter(({ score = 0 }) => score > 0), ordered.filter(({ score = 0 }) => score <= 0)];
  const sections = [
    { title: trendingTitle, entries: trending.map(({ stored: { paper } }) => ({ paper, why: votesOf(paper) })) },
    { title: "Emerging", entries: emerging.map((one) => ({ paper: one.stored.paper, why: one.emerging?.sentence ?? "" })) },
    { title: "New", entries: plain.map(({ stored: { paper } }) => ({ paper, why: "" })) },
  ].filter(({ entries }) => entries.length > 0);
  const said = sections.reduce((sum, { entries }) => sum + entries.length, 0);
  return { date, kind: "trending", sections, more: stored.length - said, quiet: [] };
}

function votesOf({ votes }: Paper): string {
  return votes === undefined ? "" : `${votes} ${votes === 1 ? "vote" : "votes"}`;
}
