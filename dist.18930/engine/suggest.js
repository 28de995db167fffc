/** What a query that is being typed may become: papers, topics, and conditions of the language of queries. */
import { paperHref, topicHref } from "../core/page-addresses.js";
import { dateOf } from "../core/paper.js";
import { printQuery, readQuery, straightQuotes } from "../core/query-pieces.js";
import { fitOfName, suggestKey, typedKey } from "../core/suggest.js";
export const mostSuggestions = 20;
const conditions = [
    { kind: "authors", field: "author" },
    { kind: "venues", field: "venue" },
    { kind: "categories", field: "category" },
    { kind: "sources", field: "source" },
];
/** @param limit of each kind, 1 … {@link mostSuggestions}. */
export async function suggest(library, query, limit) {
    const typed = typedOf(query);
    const kinds = typed.kinds.filter((kind) => kind !== "topics");
    const found = await library.suggest(typed.text, kinds, limit);
    const papers = await library.papers(found.titles);
    const of = (kind) => {
        const field = conditions.find((one) => one.kind === kind)?.field ?? "author";
        return found[kind].flatMap((value) => conditionOf(typed, field, value));
    };
    return {
        titles: papers.flatMap((stored) => {
            if (stored === undefined)
                return [];
            const { title, paperId } = stored.paper;
            const date = dateOf(stored.paper);
            return [{ text: title, paperId, href: paperHref(paperId), ...(date === undefined ? {} : { date }) }];
        }),
        authors: of("authors"),
        topics: typed.kinds.includes("topics") ? bestTopics(await library.topics(), typed.text).slice(0, limit) : [],
        venues: of("venues"),
        categories: of("categories"),
        sources: of("sources"),
        complete: found.complete,
    };
}
/** The field that is being written, whose value may begin with a quotation mark that is not closed yet; else the words behind the last condition. */
function typedOf(typed) {
    const query = straightQuotes(typed);
    const [whole, minus = "", name = "", quoted, bare = ""] = /(?<=^|\s)(-?)(author|venue|category|source|title):(?:"([^"]*)|([^\s"]*))$/iu.exec(query) ?? [];
    if (whole !== undefined) {
        const before = query.slice(0, query.length - whole.length);
        const own = conditions.find(({ field }) => field === name.toLowerCase());
        return {
            text: quoted ?? bare,
            kinds: [own?.kind ?? "titles"],
            complete: (field, value) => before + printQuery([[{ kind: field, text: value, negated: minus !== "" }]]),
        };
    }
    const groups = readQuery(query);
    const from = groups.findLastIndex((group) => group.some(({ kind, negated }) => kind !== "word" || negated) || group.length > 1) + 1;
    const before = groups.slice(0, from);
    const words = groups.slice(from).map((group) => group.map(({ text }) => text).join(" "));
    return {
        // A space behind the last word says that it is whole.
        text: words.length > 0 && /\s$/u.test(query) ? `${words.join(" ")} ` : words.join(" "),
        kinds: ["titles", "authors", "topics", "venues", "categories"],
        complete: (field, value) => printQuery([...before, [{ kind: field, text: value, negated: false }]]),
    };
}
function conditionOf(typed, field, { value, papers }) {
    // Quotation marks end a value, and are not compared.
    const plain = straightQuotes(value).replaceAll('"', " ").trim();
    return plain === "" ? [] : [{ text: value, papers, query: typed.complete(field, plain) }];
}
/** By fit, then by name, as they come. */
function bestTopics(topics, text) {
    const typed = typedKey(text);
    return topics
        .flatMap(({ slug, name }) => {
        const fit = fitOfName(suggestKey(name), typed);
        return fit === undefined ? [] : [{ fit, topic: { text: name, slug, href: topicHref(slug) } }];
    })
        .sort((a, b) => a.fit - b.fit)
        .map(({ topic }) => topic);
}
//# sourceMappingURL=suggest.js.map