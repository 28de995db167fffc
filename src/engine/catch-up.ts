/** The picks of several days ranked together, for whoever was away: each interest has its best of all of them, in its share. */
import type { Embedder } from "../core/embedder.ts";
import { AppError } from "../core/errors.ts";
import type { Library } from "../core/library.ts";
import { addDays, daysBetween } from "../core/period.ts";
import type { Pick, Picks } from "../core/picks.ts";
import { allot } from "../core/ranking/allotment.ts";
import { picksOf, requireDay } from "./picks.ts";
import { requireWanted } from "./turns.ts";

export interface CatchUp {
  /** `YYYY-MM-DD`, the first day and the last. */
  readonly from: string;
  readonly to: string;
  /** New papers that there were to choose from on all days. */
  readonly candidates: number;
  /** Best first, with the day on which each was picked. */
  readonly picks: readonly (Pick & { readonly date: string })[];
  /** Interests for which nothing was good enough on any day. */
  readonly quiet: Picks["quiet"];
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
  if (days < 1 || days > mostDays)
    throw new AppError("invalid_request", `From ${from} to ${to} are ${days} days.`, {
      mend: `Name 1 to ${mostDays} days, the earlier one first.`,
    });
  const all: Picks[] = [];
  for (let at = 0; at < days; at++) {
    requireWanted(signal);
    all.push(await picksOf(library, embedder, person, addDays(from, at), now, {}, signal));
  }
  const weights = new Map((await library.personal.interests(person)).map(({ id, weight }) => [id, weight]));
  const byInterest = new Map<string, (Pick & { date: string })[]>();
  const taken = new Set<string>();
  for (const { date, picks } of all) {
    for (const pick of picks) {
      if (taken.has(pick.paperId)) continue;
      taken.add(pick.paperId);
      const id = pick.exploration === true ? "" : (pick.interest?.id ?? "");
      byInterest.set(id, [...(byInterest.get(id) ?? []), { ...pick, date }]);
    }
  }
  const explorations = byInterest.get("") ?? [];
  byInterest.delete("");
  const lists = [...byInterest].map(([id, items]) => ({
    weight: weights.get(id) ?? 1,
    items: items.sort((a, b) => b.score - a.score || (a.paperId < b.paperId ? -1 : 1)),
  }));
  const quiet = all[0]?.quiet.filter(({ id }) => all.every((one) => one.quiet.some((other) => other.id === id))) ?? [];
  return {
    from,
    to,
    candidates: all.reduce((sum, { candidates }) => sum + candidates, 0),
    picks: [...allot(lists, limit), ...explorations].slice(0, limit),
    quiet,
  };
}
