// Textbook BM25, as a reference for the keyword arm: k1 0.9, b 0.4, the title counted once, words of letters and digits.
import { stemmer } from "stemmer";
import { ndcgAt } from "../../dist/core/ranking/metrics.js";
import { findCollection, readCorpus, readQuerySet } from "../../dist/engine/evaluation/collection.js";

const [k1, b] = [0.9, 0.4];
const stopWords = new Set(
  "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with".split(
    " ",
  ),
);

/** @returns the mean nDCG@10 of the collection's main set. */
export async function referenceGain(dir) {
  const files = await findCollection(dir);
  const postings = new Map();
  const [ids, lengths] = [[], []];
  for await (const { id, title, abstract } of readCorpus(files.corpus)) {
    const counts = new Map();
    const words = termsOf(`${title} ${abstract}`);
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    for (const [word, count] of counts) {
      const list = postings.get(word) ?? [];
      list.push([ids.length, count]);
      postings.set(word, list);
    }
    ids.push(id);
    lengths.push(words.length);
  }
  const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const main = files.sets.find(({ name }) => name === files.name);
  const { queries } = await readQuerySet(main);
  let sum = 0;
  for (const { text, judgments } of queries) {
    const scores = new Map();
    for (const word of termsOf(text)) {
      const list = postings.get(word) ?? [];
      const idf = Math.log(1 + (ids.length - list.length + 0.5) / (list.length + 0.5));
      for (const [document, count] of list) {
        const saturated = count / (count + k1 * (1 - b + (b * lengths[document]) / average));
        scores.set(document, (scores.get(document) ?? 0) + idf * saturated);
      }
    }
    const ranking = [...scores]
      .sort(([a, x], [c, y]) => y - x || a - c)
      .slice(0, 10)
      .map(([document]) => ids[document]);
    sum += ndcgAt(10, ranking, judgments);
  }
  return sum / queries.length;
}

function termsOf(text) {
  return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).filter((word) => !stopWords.has(word)).map(stemmer);
}
