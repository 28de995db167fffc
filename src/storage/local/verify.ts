/** Checks what the library promises (I1–I4), from the database up to the files beside it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Paper, paperSchema } from "../../core/paper.ts";
import type { Finding, Generation, Label } from "../../core/storage.ts";
import type { Sqlite } from "./database.ts";
import { type EmbeddingTable, faultOfRow } from "./embedding-table.ts";
import type { GenerationTable } from "./generation-table.ts";
import { LexicalIndex } from "./lexical-index.ts";
import { columnsOf, type PaperTable } from "./paper-table.ts";
import { agrees, checksumOfBytes, checksumOfText } from "./row-checksum.ts";
import type { VectorIndex } from "./vector-index.ts";

export interface VerifyParts {
  readonly db: Sqlite;
  readonly papers: PaperTable;
  readonly embeddings: EmbeddingTable;
  readonly generations: GenerationTable;
  /** The live one. */
  readonly generation: Generation | undefined;
  readonly lexical: LexicalIndex;
  readonly vectors: VectorIndex | undefined;
  readCheckpoint(): Promise<{ manifest: { count: number; lastChange: number } } | { fault: string; missing: boolean } | undefined>;
  /** The files beside the database that belong to the live generation. */
  listFiles(): Promise<string[]>;
  /** Makes all derived data anew from what is stored. */
  rebuild(): Promise<void>;
  readonly repair: boolean;
  readonly onProgress?: (check: string) => void;
}

const pageSize = 500;
/** Papers whose place in the indexes is tried out. */
const sampleSize = 100;
/** Of the ten nearest papers by comparing with all, the share that the index must find. */
const leastRecall = 0.95;
/** Faults that are named one by one in a finding. */
const mostExamples = 3;

export async function verifyLibrary(parts: VerifyParts): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (name: string, run: () => Promise<Omit<Finding, "check">>) => {
    parts.onProgress?.(name);
    findings.push({ check: name, ...(await run()) });
    await nextTurn();
  };
  await check("database", async () => checkDatabase(parts.db));
  if (findings[0]?.state === "damaged") return findings;
  const unreadable: string[] = [];
  await check("papers", () => checkPapers(parts, unreadable));
  // Nothing can be derived from records that cannot be read.
  if (unreadable.length > 0) return findings;
  await check("ids", async () => checkIds(parts));
  await check("generations", async () => checkGenerations(parts));
  const { generation, vectors } = parts;
  if (generation !== undefined) await check("embeddings", () => checkEmbeddings(parts, generation));
  await check("index files", () => checkFiles(parts));
  await check("word index", () => checkWords(parts));
  if (vectors !== undefined && generation !== undefined) await check("vector index", async () => checkVectors(parts, generation, vectors));
  if (parts.repair && findings.some((finding) => finding.state !== "ok")) {
    parts.onProgress?.("making the indexes anew");
    await parts.rebuild();
    const files = await checkFiles(parts);
    return findings.map((finding): Finding => {
      if (finding.state !== "damaged") return finding;
      if (finding.check !== "index files" || files.state === "ok") return { ...finding, state: "repaired" };
      return {
        ...finding,
        detail: `${files.detail} Another process keeps them: stop it, and try again.`,
      };
    });
  }
  return findings;
}

const ok = (detail: string): Omit<Finding, "check"> => ({
  state: "ok",
  detail,
});

/** @param faults what is wrong, one text for each case. */
function found(faults: readonly string[], good: string, repaired: boolean): Omit<Finding, "check"> {
  if (faults.length === 0) return ok(good);
  const more = faults.length > mostExamples ? ` (and ${faults.length - mostExamples} more)` : "";
  return {
    state: repaired ? "repaired" : "damaged",
    detail: `${faults.slice(0, mostExamples).join("; ")}${more}`,
  };
}

function checkDatabase(db: Sqlite): Omit<Finding, "check"> {
  const rows = db.prepare<[], string>("PRAGMA integrity_check").pluck().all();
  return rows.length === 1 && rows[0] === "ok"
    ? ok("SQLite finds no fault")
    : {
        state: "damaged",
        detail: `${rows.slice(0, mostExamples).join("; ")}. Restore a backup, or use sqlite3's .recover.`,
      };
}

/** @param unreadable filled with what cannot be mended. */
async function checkPapers({ db, papers, repair }: VerifyParts, unreadable: string[]): Promise<Omit<Finding, "check">> {
  const faults: string[] = [];
  let [count, after] = [0, 0];
  const select = db.prepare<[number, number], { label: number; record: string }>(
    "SELECT label, record FROM papers WHERE label > ? ORDER BY label LIMIT ?",
  );
  const selectColumns = db.prepare<[number], Record<string, unknown>>(
    `SELECT record, checksum, content_hash AS contentHash, title_key AS titleKey, main_title_key AS mainTitleKey, first_day AS firstDay, last_day AS lastDay, listing_date AS listingDate, year, venue_key AS venueKey,
     authors_key AS authorsKey, has_code AS hasCode, withdrawn, published, updated, listed, has_abstract AS hasAbstract, has_pdf AS hasPdf,
     votes, citations, language FROM papers WHERE label = ?`,
  );
  for (;;) {
    const rows = select.all(after, pageSize);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.label;
    for (const { label, record } of rows) {
      count++;
      const paper = readRecord(record);
      if (paper === undefined) {
        unreadable.push(`paper ${label} has a record that cannot be read: restore a backup`);
        continue;
      }
      const stored = selectColumns.get(label);
      const { checksum, ...columns } = columnsOf(paper, record);
      if (typeof stored?.checksum === "number" && stored.checksum !== checksum) {
        unreadable.push(`${paper.paperId} has a record that is not the one that was stored: restore a backup`);
        continue;
      }
      const wrong = Object.entries(columns).find(([column, value]) => stored?.[column] !== value);
      if (wrong === undefined) continue;
      faults.push(`${paper.paperId}: ${wrong[0]} does not follow from its record`);
      if (repair) papers.rewrite(label, paper);
    }
    await nextTurn();
  }
  unreadable.push(...faultsOfContributions(db));
  return found([...unreadable, ...faults], `${count} records can be read and agree with their columns`, repair && unreadable.length === 0);
}

/** What single sources said of papers that several know. */
function faultsOfContributions(db: Sqlite): string[] {
  const faults: string[] = [];
  const select = db.prepare<[], { label: number; record: string; checksum: number | null }>(
    "SELECT label, record, checksum FROM contributions WHERE record IS NOT NULL",
  );
  for (const { label, record, checksum } of select.iterate()) {
    if (!agrees(checksum, checksumOfText(record)))
      faults.push(`what a source said of paper ${label} is not what was stored: restore a backup`);
  }
  return faults;
}

function readRecord(record: string): Paper | undefined {
  try {
    return paperSchema.parse(JSON.parse(record));
  } catch {
    return undefined;
  }
}

function checkIds({ db, papers, repair }: VerifyParts): Omit<Finding, "check"> {
  const lost = db.prepare<[], string>("SELECT id FROM paper_ids WHERE label NOT IN (SELECT label FROM papers)").pluck().all();
  const nameless = db
    .prepare<[], { label: number; paper_id: string }>(
      "SELECT label, paper_id FROM papers p WHERE NOT EXISTS (SELECT 1 FROM paper_ids i WHERE i.id = p.paper_id AND i.label = p.label)",
    )
    .all();
  if (repair) {
    db.prepare("DELETE FROM paper_ids WHERE label NOT IN (SELECT label FROM papers)").run();
    for (const { label } of nameless) {
      const stored = papers.get(label);
      if (stored !== undefined) papers.rewrite(label, stored.paper);
    }
  }
  const count = db.prepare<[], number>("SELECT COUNT(*) FROM paper_ids").pluck().get() ?? 0;
  const faults = [...lost.map((id) => `${id} leads nowhere`), ...nameless.map(({ paper_id }) => `${paper_id} is not found by its own id`)];
  return found(faults, `${count} ids lead to their papers`, repair);
}

/** One answers wherever there are any; with none, nothing says which model the vectors are of. */
function checkGenerations({ generations }: VerifyParts): Omit<Finding, "check"> {
  const entries = generations.all();
  const live = entries.filter(({ state }) => state === "live");
  if (entries.length > 0 && live.length !== 1)
    return { state: "damaged", detail: `${live.length} of ${entries.length} are live: roll back with \`paperkin reindex --rollback\`` };
  return ok(
    entries.length === 0 ? "there are none yet" : entries.map(({ generation, state }) => `${generation.id} is ${state}`).join(", "),
  );
}

async function checkEmbeddings(parts: VerifyParts, live: Generation): Promise<Omit<Finding, "check">> {
  const faults: string[] = [];
  let count = 0;
  // Those that do not answer are what later ones are copied from.
  for (const { generation } of parts.generations.all()) {
    const checked = await checkGeneration(parts, generation);
    faults.push(...checked.faults);
    if (generation.id === live.id) count = checked.count;
  }
  const waiting = parts.embeddings.backlogSize(live);
  return found(
    faults,
    `${count} vectors are finite and of unit length${waiting > 0 ? `; ${waiting} papers wait to be embedded` : ""}`,
    parts.repair,
  );
}

async function checkGeneration(
  { db, embeddings, repair }: VerifyParts,
  generation: Generation,
): Promise<{ count: number; faults: string[] }> {
  const faults: string[] = [];
  const broken: Label[] = [];
  const known = db.prepare<[number], number>("SELECT 1 FROM papers WHERE label = ?").pluck();
  let [count, after] = [0, 0];
  for (;;) {
    const rows = embeddings.page(generation, after, pageSize);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.label;
    for (const row of rows) {
      const { label } = row;
      count++;
      const fault = known.get(label) === undefined ? "it belongs to no paper" : faultOfRow(row, generation);
      if (fault === undefined) continue;
      faults.push(`embedding ${label} of generation ${generation.id}: ${fault}`);
      broken.push(label);
    }
    await nextTurn();
  }
  faults.push(...checkSentences(db, generation, repair));
  // Without its embedding a paper is in the backlog, and is embedded again.
  if (repair) for (const label of broken) db.prepare("DELETE FROM embeddings WHERE generation = ? AND label = ?").run(generation.id, label);
  return { count, faults };
}

/** Those of sentences only choose what is shown first: without them words do. */
function checkSentences(db: Sqlite, generation: Generation, repair: boolean): string[] {
  const select = db.prepare<[number], { label: number; vectors: Buffer; checksum: number | null }>(
    "SELECT label, vectors, checksum FROM sentence_embeddings WHERE generation = ?",
  );
  const broken: Label[] = [];
  for (const { label, vectors, checksum } of select.iterate(generation.id)) {
    if (!agrees(checksum, checksumOfBytes(vectors))) broken.push(label);
  }
  if (repair)
    for (const label of broken) db.prepare("DELETE FROM sentence_embeddings WHERE generation = ? AND label = ?").run(generation.id, label);
  return broken.map((label) => `the sentences of paper ${label}: their vectors are not those that were stored`);
}

async function checkFiles({ readCheckpoint, listFiles, generation, generations }: VerifyParts): Promise<Omit<Finding, "check">> {
  const checkpoint = await readCheckpoint();
  if (checkpoint === undefined) return ok("nothing is embedded yet");
  if ("manifest" in checkpoint)
    return ok(`they hold ${checkpoint.manifest.count} vectors up to change ${checkpoint.manifest.lastChange}, checksums agree`);
  if (!checkpoint.missing) return { state: "damaged", detail: `${checkpoint.fault}. They are made anew from the stored embeddings.` };
  // A first checkpoint that was ended leaves files without a manifest; one that was finished does not.
  const finished = generation === undefined ? undefined : generations.checkpointOf(generation);
  if (finished === undefined || (await listFiles()).length === 0) return ok("there are none; they are made when papers are embedded");
  return {
    state: "damaged",
    detail: `The manifest of the files up to change ${finished} is gone. They are made anew from the stored embeddings.`,
  };
}

async function checkWords({ papers, lexical }: VerifyParts): Promise<Omit<Finding, "check">> {
  const faults: string[] = [];
  let [count, after] = [0, 0];
  for (;;) {
    const page = papers.page(after, pageSize);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.label;
    count += page.length;
    for (const { label, paper } of page) if (!lexical.has(label)) faults.push(`${paper.paperId} is missing`);
    const [sampled] = page;
    if (sampled !== undefined) {
      const alone = new LexicalIndex();
      alone.put([sampled]);
      const wanted = alone.termsIn(sampled.label);
      const got = lexical.termsIn(sampled.label);
      if (JSON.stringify(wanted) !== JSON.stringify(got)) faults.push(`${sampled.paper.paperId} has other words than its text`);
    }
    await nextTurn();
  }
  if (lexical.size > count) faults.push(`${lexical.size - count} papers are in it that are not stored`);
  return found(faults, `it holds the words of ${count} papers`, false);
}

function checkVectors({ embeddings }: VerifyParts, generation: Generation, vectors: VectorIndex): Omit<Finding, "check"> {
  const faults: string[] = [];
  const stored = embeddings.count(generation);
  if (stored !== vectors.matrix.size) faults.push(`it holds ${vectors.matrix.size} vectors, and ${stored} are stored`);
  for (const label of vectors.graphLabels()) if (!vectors.matrix.has(label)) faults.push(`it finds paper ${label}, which is gone`);
  const labels = vectors.matrix.labels();
  const step = Math.max(1, Math.floor(labels.length / sampleSize));
  let [found10, wanted10] = [0, 0];
  for (let at = 0; at < labels.length; at += step) {
    const label = labels[at] ?? 0;
    const vector = embeddings.vector(generation, label);
    const held = vectors.matrix.get(label);
    if (vector === undefined || held === undefined) continue;
    if (!vector.every((value, i) => value === held[i])) faults.push(`the vector of paper ${label} is not the one that is stored`);
    const exact = vectors.matrix.nearest(vector, 10);
    const got = new Set(vectors.nearest(vector, 10, undefined).map((hit) => hit.label));
    wanted10 += exact.length;
    found10 += exact.filter((hit) => got.has(hit.label)).length;
  }
  const recall = wanted10 === 0 ? 1 : found10 / wanted10;
  if (recall < leastRecall) faults.push(`it finds ${(100 * recall).toFixed(1)} % of the nearest papers`);
  return found(faults, `it holds the ${stored} stored vectors; recall@10 against comparing with all is ${recall.toFixed(3)}`, false);
}
