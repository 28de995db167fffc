// Compares the keyword arm of a library with FTS5 on the same papers and terms, and with scoring every paper.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { candidateDepth } from "../../dist/core/ranking/fusion.js";
import { termQueryOf } from "../../dist/engine/search/search-request.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { report } from "./papers.mjs";
import { quantile } from "./processes.mjs";

const mostTerms = 32;
const page = 10;
/** The number of queries that are compared with scoring every paper, which is slow. */
const compared = 50;

const { library: folder, queries } = JSON.parse(process.argv[2]);
const library = await LocalLibrary.open({ folder, create: false, maintain: false });
const scratch = mkdtempSync(join(tmpdir(), "paperkin-fts-"));
try {
  const asked = queries
    .map(termQueryOf)
    .map(({ terms }) => ({ terms: new Map([...terms].slice(0, mostTerms)) }))
    .filter(({ terms }) => terms.size > 0);
  const labels = [];
  const fts = new Database(join(scratch, "fts.sqlite"));
  fts.pragma("journal_mode = OFF");
  fts.exec("CREATE VIRTUAL TABLE words USING fts5(title, abstract, authors, content='', tokenize='unicode61')");
  const insert = fts.prepare("INSERT INTO words(rowid, title, abstract, authors) VALUES (?, ?, ?, ?)");
  const { termsOf } = await import("../../dist/core/analysis.js");
  // The terms of Paperkin's analysis on both sides, so that only the indexes differ.
  const spoken = (text) => termsOf(text).join(" ");
  for (let after = 0; ; after = labels.at(-1)) {
    const stored = await library.eachPaper(after, 500);
    if (stored.length === 0) break;
    fts.transaction(() => {
      for (const { label, paper } of stored) {
        labels.push(label);
        insert.run(label, spoken(paper.title), spoken(paper.abstract), paper.authors.map(({ name }) => spoken(name)).join(" "));
      }
    })();
  }
  fts.exec("INSERT INTO words(words) VALUES ('optimize')");
  const find = fts.prepare("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 10").pluck();
  const times = { own: [], pages: [], fts: [] };
  const timing = async (list, work) => {
    const began = performance.now();
    const result = await work();
    list.push(performance.now() - began);
    return result;
  };
  for (const query of asked.slice(0, 20)) await library.matchTerms(query, { k: page });
  let [checked, differing] = [0, 0];
  for (const [at, query] of asked.entries()) {
    const { hits } = await timing(times.own, () => library.matchTerms(query, { k: page }));
    await timing(times.pages, () => library.matchTerms(query, { k: candidateDepth }));
    await timing(times.fts, async () => find.all([...query.terms.keys()].map((term) => `"${term.replaceAll('"', '""')}"`).join(" OR ")));
    if (at % Math.ceil(asked.length / compared) !== 0) continue;
    checked++;
    const scores = await library.termScores(query, labels);
    const best = labels
      .map((label, index) => ({ label, score: scores[index] }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || a.label - b.label)
      .slice(0, page);
    if (JSON.stringify(best.map(({ label }) => label)) !== JSON.stringify(hits.map(({ label }) => label))) differing++;
  }
  const spread = (list) => ({ p50: quantile(list, 0.5), p99: quantile(list, 0.99) });
  report({
    queries: asked.length,
    longest: Math.max(...asked.map(({ terms }) => terms.size)),
    own: spread(times.own),
    pages: spread(times.pages),
    fts: spread(times.fts),
    checked,
    differing,
  });
  fts.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
  await library.close();
}
