/** Completions of a query that is being typed: papers, topics, and conditions of the query language. */

import type { FacetValue } from "../../core/facets.ts";
import type { Library } from "../../core/library.ts";
import { paperHref, topicHref } from "../../core/page-addresses.ts";
import { dateOf } from "../../core/paper.ts";
import { printQuery, type QueryField, readQuery, straightQuotes } from "../../core/query-pieces.ts";
import { fitOfName, type SuggestedKind, suggestKey, typedKey } from "../../core/suggest.ts";
import type { Topic } from "../../core/topic.ts";

type Store = Pick<Library, "suggest" | "papers" | "topics">;

/** A suggestion that leads to a page: a paper by its title, a topic by its name. */
export interface SuggestedPage {
  readonly text: string;
  readonly href: string;
}

export interface SuggestedTitle extends SuggestedPage {
  readonly paperId: string;
  readonly date?: string;
}

export interface SuggestedTopic extends SuggestedPage {
  readonly slug: string;
}

/** A condition, and the whole query in which it replaces what was typed. */
export interface SuggestedCondition {
  readonly text: string;
  readonly papers: number;
  readonly query: string;
}

export interface SuggestAnswer {
  readonly titles: readonly SuggestedTitle[];
  readonly authors: readonly SuggestedCondition[];
  readonly topics: readonly SuggestedTopic[];
  readonly venues: readonly SuggestedCondition[];
  readonly categories: readonly SuggestedCondition[];
  readonly sources: readonly SuggestedCondition[];
  /** False shortly after a server has started, while not every paper has been read. */
  readonly complete: boolean;
}

export const mostSuggestions = 20;

const conditions = [
  { kind: "authors", field: "author" },
  { kind: "venues", field: "venue" },
  { kind: "categories", field: "category" },
  { kind: "sources", field: "source" },
] as const;

/** What stands at the end of a query. */
interface Typed {
  readonly text: string;
  readonly kinds: readonly (SuggestedKind | "topics")[];
  /** The query with a condition in its place. */
  readonly complete: (field: QueryField, value: string) => string;
}

/** @param limit of each kind, 1 … {@link mostSuggestions}. */
export async function suggest(library: Store, query: string, limit: number): Promise<SuggestAnswer> {
  const typed = typedOf(query);
  const kinds = typed.kinds.filter((kind) => kind !== "topics");
  const found = await library.suggest(typed.text, kinds, limit);
  const papers = await library.papers(found.titles);
  const of = (kind: (typeof conditions)[number]["kind"]) => {
    const field = conditions.find((one) => one.kind === kind)?.field ?? "author";
    return found[kind].flatMap((value) => conditionOf(typed, field, value));
  };
  return {
    titles: papers.flatMap((stored) => {
      if (stored === undefined) return [];
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

/** The field that is being typed, whose value may begin with an unclosed quotation mark; else the words after the last condition. */
function typedOf(typed: string): Typed {
  const query = straightQuotes(typed);
  const [whole, minus = "", name = "", quoted, bare = ""] =
    /(?<=^|\s)(-?)(author|venue|category|source|title):(?:"([^"]*)|([^\s"]*))$/iu.exec(query) ?? [];
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
    // A space after the last word means that it is complete.
    text: words.length > 0 && /\s$/u.test(query) ? `${words.join(" ")} ` : words.join(" "),
    kinds: ["titles", "authors", "topics", "venues", "categories"],
    complete: (field, value) => printQuery([...before, [{ kind: field, text: value, negated: false }]]),
  };
}

function conditionOf(typed: Typed, field: QueryField, { value, papers }: FacetValue): SuggestedCondition[] {
  // Quotation marks delimit a value, and are not compared.
  const plain = straightQuotes(value).replaceAll('"', " ").trim();
  return plain === "" ? [] : [{ text: value, papers, query: typed.complete(field, plain) }];
}

/** By fit, then by name, as they come. */
function bestTopics(topics: readonly Topic[], text: string): SuggestedTopic[] {
  const typed = typedKey(text);
  return topics
    .flatMap(({ slug, name }) => {
      const fit = fitOfName(suggestKey(name), typed);
      return fit === undefined ? [] : [{ fit, topic: { text: name, slug, href: topicHref(slug) } }];
    })
    .sort((a, b) => a.fit - b.fit)
    .map(({ topic }) => topic);
}
