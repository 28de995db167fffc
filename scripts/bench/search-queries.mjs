// Queries as people ask them, from one word to whole sentences, taken from papers and from labelled collections.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unpackSets } from "./data.mjs";

const collections = ["scifact", "cacm", "cisi", "scitldr"];
const longestWords = 32;

/**
 * Beginnings of titles (1 to 12 words), parts of abstracts (4 to 32 words), and the same number of queries of labelled collections, if
 * there are any. Each occurs once, in shuffled order.
 * @param texts titles and abstracts, more than `count`.
 */
export function queriesFrom(texts, { data, root, folder, count }) {
  const kinds = [
    texts.map(({ title }, at) => words(title, 0, 1 + (at % 12))),
    texts.map(({ abstract }, at) => words(abstract, 5 * (at % 7), 4 + (at % (longestWords - 3)))),
    asked({ data, root, folder, count }),
  ];
  const queries = new Set();
  for (let at = 0; queries.size < count && kinds.some((kind) => at < kind.length); at++) {
    for (const kind of kinds) {
      const query = kind[at];
      if (query !== undefined && query.length > 1 && queries.size < count) queries.add(query);
    }
  }
  return [...queries];
}

function words(text, from, count) {
  return text
    .split(/\s+/)
    .slice(from, from + count)
    .join(" ");
}

/** Queries of the labelled collections in turn; those of the starter corpus if there are none. */
function asked({ data, root, folder, count }) {
  const found = unpackSets({ data, folder, names: collections });
  const lists = (found.length > 0 ? found : [join(root, "src/starter")])
    .map((dir) => join(dir, "queries.jsonl"))
    .filter((file) => existsSync(file))
    .map((file) =>
      readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => words(JSON.parse(line).text.trim(), 0, longestWords)),
    );
  return Array.from({ length: count }, (_, at) => lists[at % lists.length]?.[Math.floor(at / lists.length)]).filter(
    (query) => query !== undefined,
  );
}
