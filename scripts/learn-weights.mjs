// Would it help if the weight of the semantic arm depended on the form of a query? Learns one weight for each form on development queries,
// and evaluates it on queries that it was not learnt from. See `--help`.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEmbedder, openEngine } from "../dist/app.js";
import { defaultModel, readConfig } from "../dist/config.js";
import { defaultAlpha } from "../dist/core/ranking/fusion.js";
import { mean, ndcgAt, pairedBootstrap } from "../dist/core/ranking/metrics.js";
import { chooseSets, findCollection, readQuerySet, thinQueries } from "../dist/engine/evaluation/collection.js";
import { loadCollection } from "../dist/engine/evaluation/evaluate.js";
import { rank } from "../dist/engine/search/rank.js";
import { termQueryOf } from "../dist/engine/search/search-request.js";
import { queueForTurns } from "../dist/engine/turns.js";
import { wholeNumber } from "./bench/options.mjs";

const alphas = [0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7];
const folds = 5;
const window = 20;
const ownTurn = queueForTurns();

/**
 * Ways to classify queries: each returns the form of a query, given its text, its terms, and the number of papers that contain each of
 * them.
 */
const schemes = {
  "number of terms": ({ terms }) => (terms.size <= 3 ? "1–3" : terms.size <= 8 ? "4–8" : terms.size <= 20 ? "9–20" : "21 and more"),
  "question or not": ({ text }) =>
    /\?\s*$|^(?:how|what|which|who|why|when|where|is|are|do|does|can)\b/i.test(text) ? "question" : "no question",
  "acronym, number, formula": ({ text }) =>
    /\b[\p{L}\d-]*(?:\p{Lu}[\p{L}\d-]*\p{Lu}|\d)[\p{L}\d-]*\b/u.test(text) ? "with a name" : "words only",
  "rarest term": ({ counts, papers }) => {
    const known = counts.filter((count) => count > 0);
    const least = known.length === 0 ? papers : Math.min(...known);
    return least <= papers / 1_000 ? "in 1 of 1,000" : least <= papers / 100 ? "in 1 of 100" : "common";
  },
  "share of unknown terms": ({ counts }) => {
    const unknown = counts.filter((count) => count === 0).length / Math.max(1, counts.length);
    return unknown === 0 ? "all known" : unknown < 0.2 ? "few unknown" : "many unknown";
  },
};

const help = `node scripts/learn-weights.mjs --sets DIR --libraries DIR [--queries N]

  --sets DIR       holds scifact, cacm, cisi and scitldr in the layout of \`paperkin eval\`
  --libraries DIR  keeps one library for each, which is embedded the first time
  --queries N      of each collection at most (300)
  --help

Development queries are scifact's training set and every other query of the rest.
`;

let options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`learn-weights: ${error.message}`);
  process.exit(2);
}
if (options.help) {
  console.log(help);
  process.exit(0);
}

const queries = [];
for (const [name, set, half] of [
  ["cacm", "main", true],
  ["cisi", "main", true],
  ["scifact", "train", false],
  ["scitldr", "main", true],
])
  queries.push(...(await measureSet(name, set, half)));

console.log(`${queries.length} development queries; nDCG@10 at each weight of meaning:\n`);
const sizes = new Map();
for (const { collection } of queries) sizes.set(collection, (sizes.get(collection) ?? 0) + 1);
table([
  ["collection", ...alphas.map(String)],
  ...[...sizes.keys()].map((name) => [
    name,
    ...alphas.map((_, at) => mean(queries.filter(({ collection }) => collection === name).map(({ gains }) => gains[at])).toFixed(4)),
  ]),
  ["mean", ...alphas.map((_, at) => meanOfMeans(queries, (query) => query.gains[at]).toFixed(4))],
]);
const fixed = crossValidated(() => "any");
for (const [scheme, formOf] of Object.entries(schemes)) {
  const learnt = learn(queries, formOf);
  const ours = crossValidated(formOf);
  const [a, b] = [ours, fixed].map((gains) => gains.map((gain, at) => gain * weightOf(queries[at])));
  const { difference, low, high } = pairedBootstrap(a, b);
  console.log(
    `\n${scheme}: cross-validated ${signed(difference)} (${signed(low)} … ${signed(high)}) against one weight learnt in the same way`,
  );
  table([
    ["form", "queries", "weight"],
    ...[...learnt].map(([form, at]) => [form, String(queries.filter((query) => formOf(query) === form).length), String(alphas[at])]),
  ]);
}
console.log(`\nOne weight for all of them: ${alphas[learn(queries, () => "any").get("any")]}; in code: ${defaultAlpha}.`);

/** @returns the options, with defaults. Throws an `Error` for invalid ones. */
function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      sets: { type: "string" },
      libraries: { type: "string" },
      queries: { type: "string", default: "300" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return { help: true };
  if (values.sets === undefined || values.libraries === undefined) throw new Error("--sets and --libraries are required.");
  if (!existsSync(values.sets)) throw new Error(`The folder ${values.sets} does not exist.`);
  return { ...values, queries: wholeNumber("--queries", values.queries) };
}

/** The gain of each query at each weight, with the features that determine its form. */
async function measureSet(name, setName, half) {
  const config = { ...readConfig({}, {}), model: defaultModel, data: join(options.libraries, name) };
  const files = await findCollection(join(options.sets, name));
  const engine = await openEngine(config, { create: true, maintain: true });
  const embedder = await openEmbedder(config, 1);
  try {
    const documents = await loadCollection(engine, files.corpus);
    const { library } = engine;
    const generation = await library.liveGeneration();
    const [set] = chooseSets(files, [setName]);
    const all = (await readQuerySet(set)).queries.filter((_, at) => !half || at % 2 === 0);
    const papers = await library.countPapers();
    const measured = [];
    for (const { text, judgments } of thinQueries(all, options.queries)) {
      const terms = termQueryOf(text);
      const vector = await embedder.embedQuery(text);
      const gains = [];
      for (const alpha of alphas) {
        const { cosineSpread } = embedder.model;
        const how = { mode: "hybrid", alpha, cosineSpread, within: undefined, window, ownTurn };
        const { ranked } = await rank(library, { generation, vector, terms, ...how });
        const stored = await library.papers(ranked.slice(0, window).map(({ label }) => label));
        const ids = stored.flatMap((one) => (one === undefined ? [] : [documents.documentIdOf(one.paper.paperId)])).filter(Boolean);
        gains.push(ndcgAt(10, ids, judgments));
      }
      measured.push({
        collection: name,
        text,
        terms: terms.terms,
        counts: await library.holdingCounts([...terms.terms.keys()]),
        papers,
        gains,
      });
    }
    console.error(`${name}: ${measured.length} queries`);
    return measured;
  } finally {
    await embedder.close();
    await engine.close();
  }
}

/** The best weight of each form, as an index into `alphas`; all collections have equal influence. */
function learn(known, formOf) {
  const forms = new Map();
  for (const query of known) forms.set(formOf(query), [...(forms.get(formOf(query)) ?? []), query]);
  return new Map(
    [...forms].map(([form, own]) => {
      const sums = alphas.map((_, at) => own.reduce((sum, query) => sum + query.gains[at] * weightOf(query), 0));
      return [form, sums.indexOf(Math.max(...sums))];
    }),
  );
}

/** The gain of each query with weights that were learnt from the other folds. */
function crossValidated(formOf) {
  const learnt = Array.from({ length: folds }, (_, fold) => {
    const rest = queries.filter((_, at) => at % folds !== fold);
    return { forms: learn(rest, formOf), any: learn(rest, () => "any").get("any") };
  });
  return queries.map((query, at) => {
    const { forms, any } = learnt[at % folds];
    return query.gains[forms.get(formOf(query)) ?? any];
  });
}

/** Gives all collections equal influence, however many queries they have. */
function weightOf({ collection }) {
  return queries.length / (sizes.size * sizes.get(collection));
}

function meanOfMeans(list, gainOf) {
  return mean(list.map((query) => gainOf(query) * weightOf(query)));
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
}
