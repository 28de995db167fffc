// Invented papers, and libraries of them: the same number always gives the same paper.
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { HashingEmbedder } from "../../dist/embedding/hashing-embedder.js";

const words = (
  "lantern river granite copper violin harbour meadow thunder pepper saddle compass orchard marble feather anchor " +
  "bridge candle desert engine forest garden helmet island jungle kettle ladder mirror needle oyster pillow"
).split(" ");

export const dimensions = 32;
export const questions = ["copper kettles by the river", "a meadow after thunder", "needle and mirror", "granite"];

export function embedderOf(size = dimensions) {
  return new HashingEmbedder(size);
}

/** @param edition another edition has another text. */
export function inventPaper(number, edition = 0) {
  const random = mulberry32(1 + number * 31 + edition);
  const phrase = (length) => Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(" ");
  return {
    ids: [`X:${number}`],
    title: `Paper ${number} on ${phrase(3)}${edition === 0 ? "" : `, edition ${edition}`}`,
    abstract: `We look at ${phrase(12)}. It is about ${phrase(6)}.`,
    authors: [{ name: `Ada ${phrase(1)}` }, { name: `Bo ${phrase(1)}` }],
    published: `${2000 + (number % 20)}-${String(1 + (number % 12)).padStart(2, "0")}`,
    venue: ["Journal of Kettles", "Conf-A", "Workshop on Ladders"][number % 3],
    categories: [`cs.${["AA", "AB", "BB"][number % 3]}`],
    keywords: [],
    sources: ["invented"],
  };
}

export function inventPapers(count, first = 0) {
  return Array.from({ length: count }, (_, at) => inventPaper(first + at));
}
