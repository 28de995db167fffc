/** What a search asks for, and how it is read: words, conditions, and what is asked for by name. */
import { countTerms, venueTerm } from "../core/analysis.js";
import { AppError } from "../core/errors.js";
import { withoutInitials } from "../core/initials.js";
import { isDay } from "../core/period.js";
import { parseQuery } from "../core/query.js";
import { longestQuery } from "../core/query-pieces.js";
import { normalizeText } from "../core/text.js";
import { conditionsOf } from "./conditions.js";
import { longestWindow } from "./rank.js";
import { wordsByTerm } from "./why.js";
import { formWeight, otherForms } from "./word-forms.js";
export const longestPage = 100;
export const longestHalfLifeDays = 100_000;
/** Throws `invalid_request`. */
export async function readQuestion(library, question) {
    checkOrder(question);
    const parsed = question.plain === true ? wordsOnly(question.query) : parseQuery(question.query);
    const exact = await findExact(library, parsed);
    const within = await conditionsOf(library, parsed, question.filters ?? {}, question.unseenBy);
    // An id says nothing about its subject: the rest of the answer is about what the paper is about.
    const text = exact.by === "id" ? ((await library.papers(exact.labels))[0]?.paper.title ?? parsed.text) : parsed.text;
    // Prose is about a subject; whoever types words may mean a venue by them.
    const asked = (terms) => (question.plain === true ? [...terms] : withVenues(terms));
    const counted = question.plain === true ? text : withoutInitials(text);
    // Each arm alone is what its name says, to compare with.
    const forms = (question.mode ?? "hybrid") === "hybrid" ? await otherForms(library, text) : [];
    return {
        parsed,
        exact,
        pinned: exact.labels.filter((label) => within === undefined || within.has(label)),
        text,
        terms: { terms: new Map([...asked(termQueryOf(counted).terms), ...forms.map(({ term }) => [term, formWeight])]) },
        words: new Map([...asked(wordsByTerm(counted)), ...forms.map(({ term, words }) => [term, words])]),
        within,
        size: within?.size ?? (await library.countPapers()),
    };
}
/** Each term, and the same in the name of a venue. */
function withVenues(terms) {
    return [...terms, ...[...terms].map(([term, value]) => [venueTerm(term), value])];
}
function wordsOnly(raw) {
    const text = normalizeText(raw.slice(0, longestQuery).toWellFormed());
    return { text, phrases: [], excluded: [], filters: {}, excludedFilters: [], alternatives: [], id: undefined };
}
/** Each word once for each time that it is said. */
export function termQueryOf(text) {
    return { terms: countTerms(text) };
}
async function findExact(library, parsed) {
    if (parsed.id !== undefined) {
        const [label] = await library.resolve([parsed.id.id]);
        return label === undefined ? { labels: [], by: undefined } : { labels: [label], by: "id" };
    }
    const labels = parsed.text === "" ? [] : await library.findByTitle(parsed.text);
    return { labels, by: labels.length > 0 ? "title" : undefined };
}
/** Throws `invalid_request`. */
export function checkWindow(limit, offset) {
    if (!Number.isInteger(limit) || limit < 1 || limit > longestPage) {
        throw new AppError("invalid_request", `limit is ${limit}; it is a whole number from 1 to ${longestPage}.`);
    }
    if (!Number.isInteger(offset) || offset < 0 || offset + limit > longestWindow) {
        throw new AppError("invalid_request", `offset is ${offset}; the first ${longestWindow} papers of an answer can be asked for.`, {
            mend: "Narrow the query with filters instead.",
        });
    }
}
function checkOrder({ halfLifeDays, asOf, minScore, diversity }) {
    if (halfLifeDays !== undefined && !(halfLifeDays > 0 && halfLifeDays <= longestHalfLifeDays)) {
        throw new AppError("invalid_request", `halfLifeDays is ${halfLifeDays}; it is a number of days above 0, at most ${longestHalfLifeDays}.`);
    }
    if (asOf !== undefined && !isDay(asOf)) {
        throw new AppError("invalid_request", `asOf is “${asOf}”; it is a day, YYYY-MM-DD.`);
    }
    if (halfLifeDays !== undefined && asOf === undefined) {
        throw new AppError("invalid_request", "asOf is missing; it is the day from which ages are counted.");
    }
    if (minScore !== undefined && !Number.isFinite(minScore))
        throw new AppError("invalid_request", `minScore is ${minScore}; it is a number.`);
    if (diversity !== undefined && !(diversity >= 0 && diversity <= 1)) {
        throw new AppError("invalid_request", `diversity is ${diversity}; it is a number from 0 to 1.`);
    }
}
//# sourceMappingURL=search-request.js.map