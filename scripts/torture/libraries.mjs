// The libraries that are damaged, and their answers: everything that a reader of a library would see.
import { createHash } from "node:crypto";
import { join } from "node:path";
import Database from "better-sqlite3";
import { embedBacklog } from "../../dist/engine/generations/embed-backlog.js";
import { reindex } from "../../dist/engine/generations/reindex.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { embedderOf, inventPaper, inventPapers, questions } from "./invented.mjs";

/** Papers in the index files, and further ones that only the write-ahead log contains. */
const [settled, recent] = [200, 40];

/** Builds a library of two generations with index files, in a process that is then killed, so that a write-ahead log is left. */
export async function buildLibrary(folder, first) {
  const library = await LocalLibrary.open({ folder, create: true, maintain: true });
  const embedder = embedderOf();
  await library.upsert(inventPapers(settled, first));
  await embedBacklog(library, embedder);
  await library.checkpoint();
  await reindex(library, embedder, { fresh: true, graph: { M: 8, efConstruction: 60 } });
  await library.checkpoint();
  // Personal data, and a paper of two records, so that these can be damaged too.
  await library.upsert([{ ...inventPaper(first), sources: ["elsewhere"], venue: "Elsewhere" }]);
  await keepForPeople(library);
  const log = new Database(join(folder, "library.sqlite"));
  log.pragma("wal_checkpoint(TRUNCATE)");
  log.close();
  await library.checkpoint();
  await library.upsert(inventPapers(recent, first + settled));
  await library.remove([`X:${first + 7}`]);
  await embedBacklog(library, embedder);
}

/** Twenty of each, so that some of the damages hit them. */
async function keepForPeople({ personal, delivery }) {
  const at = "2026-01-02T06:00:00.000Z";
  const filling = "copper kettles in a river of thunder ".repeat(20);
  for (let number = 0; number < 20; number++) {
    const interest = { id: `i${number}`, name: `Interest ${number}`, words: filling, positives: [], negatives: [], filters: {} };
    await personal.putInterest("ada", { ...interest, excludedWords: [], weight: 1, created: at });
    const date = `2026-01-${String(number + 1).padStart(2, "0")}`;
    const picks = { date, since: "", made: at, model: "m", generation: 1, candidates: 0, picks: [], quiet: [{ id: "i0", name: filling }] };
    await personal.keepPicks("ada", picks);
    const id = `s${number}`;
    const times = { weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: false, created: at };
    await delivery.putSubscription({ id, person: "ada", channel: "mail", address: `ada+${number}@example.org`, kind: "picks", ...times });
    const message = { subscription: id, person: "ada", date, channel: "mail", state: "failed", attempts: 3, lastError: filling };
    await delivery.addDelivery({ ...message, messageId: `<${date}.${id}@example.org>`, created: at, changed: at });
  }
}

/**
 * Opens a library as a server does.
 * @returns its notices, and its answers; `error` if it does not open.
 */
export async function askLibrary(folder, { repair = false } = {}) {
  const notices = [];
  let library;
  try {
    library = await LocalLibrary.open({ folder, create: false, maintain: true, onNotice: (notice) => notices.push(notice) });
    const answers = await answersOf(library);
    const findings = await library.verify({ repair });
    return { notices, answers, findings: findings.filter(({ state }) => state !== "ok") };
  } catch (error) {
    return { notices, error: error.code ?? error.name, message: error.message };
  } finally {
    await library?.close();
  }
}

async function answersOf(library) {
  const generation = await library.liveGeneration();
  if (generation === undefined) return digestOf("no generation");
  const embedder = embedderOf(generation.dimensions);
  const answers = [];
  for (const question of questions) {
    const vector = await embedder.embedQuery(question);
    const nearest = await library.neighbours(generation, vector, { k: 20 });
    const terms = new Map(question.split(" ").map((word) => [word, 1]));
    const { hits, total } = await library.matchTerms({ terms }, { k: 20 });
    const labels = [...nearest, ...hits].map(({ label }) => label);
    answers.push({
      nearest,
      hits,
      total,
      papers: await library.papers(labels),
      sentences: await library.sentenceEmbeddings(generation, labels),
    });
  }
  for (const filter of [{ yearFrom: 2010 }, { categories: ["cs.AA"] }, { venues: ["conf-a"] }, { authors: ["ada"] }]) {
    const found = await library.matching([filter]);
    answers.push([...(found?.labels() ?? [])]);
  }
  const { personal, delivery } = library;
  answers.push(await personal.interests("ada"), await personal.pickHistory("ada"));
  answers.push(await delivery.subscriptions(), await delivery.deliveries());
  answers.push(await library.newest(undefined, { limit: 50, offset: 0 }), await library.resolve(["X:3", "X:210", "X:7"]));
  return digestOf(JSON.stringify(answers, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)));
}

/** A digest of the rows of each table; undefined if SQLite refuses to read them. */
export function contentsOf(folder) {
  const db = new Database(join(folder, "library.sqlite"));
  try {
    const names = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all();
    return Object.fromEntries(
      names
        .filter((name) => name !== "leases")
        .map((name) => [name, digestOf(JSON.stringify(db.prepare(`SELECT * FROM ${name}`).raw().all().map(String).sort()))]),
    );
  } catch {
    return undefined;
  } finally {
    db.close();
  }
}

function digestOf(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
