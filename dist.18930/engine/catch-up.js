import { AppError } from "../core/errors.js";
import { addDays, daysBetween } from "../core/period.js";
import { allot } from "../core/ranking/allotment.js";
import { putAsideBy } from "./feedback.js";
import { findPapers } from "./papers.js";
import { picksOf, requireDay } from "./picks.js";
import { requireWanted } from "./turns.js";
/** Each day that has no picks yet has them made. */
const mostDays = 31;
/** @param limit 1 … 100. Throws `invalid_request`, `no_interests`. */
export async function catchUp(library, embedder, person, { from, to, limit }, now, signal) {
    requireDay(from);
    requireDay(to);
    const days = daysBetween(from, to) + 1;
    if (days < 1 || days > mostDays)
        throw new AppError("invalid_request", `From ${from} to ${to} are ${days} days.`, {
            mend: `Name 1 to ${mostDays} days, the earlier one first.`,
        });
    const all = [];
    for (let at = 0; at < days; at++) {
        requireWanted(signal);
        all.push(await picksOf(library, embedder, person, addDays(from, at), now, {}, signal));
    }
    const quiet = all[0]?.quiet.filter(({ id }) => all.every((one) => one.quiet.some((other) => other.id === id))) ?? [];
    return {
        from,
        to,
        candidates: all.reduce((sum, { candidates }) => sum + candidates, 0),
        picks: await rankTogether(library, person, await stillToRead(library, person, all), limit),
        quiet,
    };
}
/** The best picks of several days, each interest's in its share; what explores comes last. */
export async function rankTogether(library, person, picks, limit) {
    const weights = new Map((await library.personal.interests(person)).map(({ id, weight }) => [id, weight]));
    const byInterest = new Map();
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
/** The picks whose papers are there and were not put aside since, each once: what became one paper takes one place. */
export async function stillToRead(library, person, all) {
    const dated = all.flatMap(({ date, picks }) => picks.map((pick) => ({ ...pick, date })));
    const papers = await findPapers(library, dated.map(({ paperId }) => paperId));
    const isPutAside = await putAsideBy(library, person, papers.flatMap((stored) => stored?.paper ?? []));
    const taken = new Set();
    return dated.filter((_, at) => {
        const paper = papers[at]?.paper;
        if (paper === undefined || taken.has(paper.paperId) || isPutAside(paper))
            return false;
        taken.add(paper.paperId);
        return true;
    });
}
//# sourceMappingURL=catch-up.js.map