/**
 * Ranks the picks of several days together, for a person who was away: each interest contributes its best of all days, within its share
 * of the places.
 */
import type { Embedder } from "../../core/embedder.ts";
import { AppError } from "../../core/errors.ts";
import type { Library } from "../../core/library.ts";
import type { Paper } from "../../core/paper.ts";
import { addDays, daysBetween } from "../../core/period.ts";
import type { Pick, Picks } from "../../core/picks.ts";
import { allot } from "../../core/ranking/allotment.ts";
import { findPapers } from "../papers.ts";
import { throwIfAbandoned } from "../turns.ts";
import { putAsideBy } from "./feedback.ts";
import { picksOf, requireDay } from "./picks.ts";

/** With the day on which it was picked. */
type DatedPick = Pick & { readonly date: string };

/** A pick that is still to be read, with its paper in its current form. */
export type PickToRead = DatedPick & { readonly paper: Paper };

export interface CatchUp {
  /** `YYYY-MM-DD`, the first day and the last. */
  readonly from: string;
  readonly to: string;
  /** New papers that there were to choose from on all days together. */
  readonly candidates: number;
  /** Best first, with the day of each pick; without those dismissed or seen since, and those of interests that are gone. */
  readonly picks: readonly PickToRead[];
  /** Interests for which nothing was good enough on any day. */
  readonly quiet: Picks["quiet"];
  /** Whether the picks of one of the days are provisional (`Picks.early`). */
  readonly early?: boolean;
}

/** Each day that has no picks yet has them made. */
const mostDays = 31;

/** @param limit 1 … 100. Throws `invalid_request`, `no_interests`. */
export async function catchUp(
  library: Library,
  embedder: Embedder,
  person: string,
  { from, to, limit }: { readonly from: string; readonly to: string; readonly limit: number },
  now: Date,
  signal?: AbortSignal,
): Promise<CatchUp> {
  requireDay(from);
  requireDay(to);
  const days = daysBetween(from, to) + 1;
  if (days < 1)
    throw new AppError("invalid_request", `${from} is later than ${to}, the last day of the catch-up.`, {
      mend: "Name the earlier day first.",
    });
  if (days > mostDays)
    throw new AppError("invalid_request", `${from} to ${to} is ${days} days.`, {
      mend: `A catch-up covers at most ${mostDays} days.`,
    });
  const all: Picks[] = [];
  for (let at = 0; at < days; at++) {
    throwIfAbandoned(signal);
    all.push(await picksOf({ library, embedder, person, date: addDays(from, at), now, signal }));
  }
  const quiet = all[0]?.quiet.filter(({ id }) => all.every((one) => one.quiet.some((other) => other.id === id))) ?? [];
  return {
    from,
    to,
    candidates: all.reduce((sum, { candidates }) => sum + candidates, 0),
    picks: await rankTogether(library, person, await stillToRead(library, person, all), limit),
    quiet,
    ...(all.some(({ early }) => early === true) ? { early: true } : {}),
  };
}

/** The best picks of several days, each interest within its share; exploration comes last. */
export async function rankTogether(library: Library, person: string, picks: readonly PickToRead[], limit: number): Promise<PickToRead[]> {
  const weights = new Map((await library.personal.interests(person)).map(({ id, weight }) => [id, weight]));
  const byInterest = new Map<string, PickToRead[]>();
  for (const pick of picks) {
    const id = pick.exploration === true ? "" : (pick.interest?.id ?? "");
    byInterest.set(id, [...(byInterest.get(id) ?? []), pick]);
  }
  const explorations = byInterest.get("") ?? [];
  byInterest.delete("");
  const lists = [...byInterest].map(([id, items]) => ({
    weight: weights.get(id) ?? 1,
    items: items.sort((a, b) => b.score - a.score || (a.paperId < b.paperId ? -1 : 1)),
  }));
  return [...allot(lists, limit), ...explorations].slice(0, limit);
}

/**
 * The picks whose papers exist and were not put aside since, of interests that are still followed. Each paper appears once, even if it
 * was merged from two.
 */
export async function stillToRead(library: Library, person: string, all: readonly Picks[]): Promise<PickToRead[]> {
  const followed = new Set((await library.personal.interests(person)).map(({ id }) => id));
  const isFollowed = ({ interest, exploration }: Pick) => exploration === true || interest === undefined || followed.has(interest.id);
  const dated = all.flatMap(({ date, picks }) => picks.filter(isFollowed).map((pick) => ({ ...pick, date })));
  const papers = await findPapers(
    library,
    dated.map(({ paperId }) => paperId),
  );
  const isPutAside = await putAsideBy(
    library,
    person,
    papers.flatMap((stored) => stored?.paper ?? []),
  );
  const taken = new Set<string>();
  return dated.flatMap((pick, at) => {
    const paper = papers[at]?.paper;
    if (paper === undefined || taken.has(paper.paperId) || isPutAside(paper)) return [];
    taken.add(paper.paperId);
    return [{ ...pick, paper }];
  });
}
