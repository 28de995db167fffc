/** Checks of primary data: records with their columns and ids, embeddings (I1, I3, I4). */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Generation } from "../../core/generation.ts";
import type { Label } from "../../core/label-set.ts";
import { type Paper, paperSchema } from "../../core/paper.ts";
import { asOfOneMoment, type Sqlite } from "./database.ts";
import { faultOfRow } from "./embedding-table.ts";
import { columnsOf } from "./paper-row.ts";
import { agrees, checksumOfBytes, checksumOfText } from "./row-checksum.ts";
import { type Checked, found, ok, pageSize, type VerifyParts } from "./verify-check.ts";

/** Records are not derived from anything, so they cannot be rebuilt; the paper is omitted from all derived data. */
const mendRecord = "restore a backup";

export async function checkPapers({ db, papers, repair }: VerifyParts): Promise<Checked> {
  const unreadable: string[] = [];
  const faults: string[] = [];
  let [count, after] = [0, 0];
  const select = db.prepare<[number, number], Record<string, unknown> & { label: number; record: string; checksum: number | null }>(
    `SELECT label, record, checksum, content_hash AS contentHash, title_key AS titleKey, main_title_key AS mainTitleKey, first_day AS firstDay,
     last_day AS lastDay, listing_date AS listingDate, year, venue_key AS venueKey, authors_key AS authorsKey, has_code AS hasCode, withdrawn,
     published, updated, listed, has_abstract AS hasAbstract, has_pdf AS hasPdf, votes, citations, language
     FROM papers WHERE label > ? ORDER BY label LIMIT ?`,
  );
  for (;;) {
    const rows = select.all(after, pageSize);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.label;
    for (const { label, record, checksum, ...stored } of rows) {
      count++;
      const paper = readRecord(record);
      if (paper === undefined) {
        unreadable.push(`paper ${label} has a record that cannot be read: ${mendRecord}`);
        continue;
      }
      const { record: _, checksum: actual, ...columns } = columnsOf(paper, record);
      if (!agrees(checksum, actual)) {
        unreadable.push(
          `${paper.paperId} has a record that does not match its checksum: import it again from where it came, ${mendRecord}, or remove it (\`papers remove\`)`,
        );
        continue;
      }
      const wrong = Object.entries(columns).find(([column, value]) => stored[column] !== value);
      if (wrong === undefined) continue;
      faults.push(`${paper.paperId}: ${wrong[0]} does not match its record`);
      if (repair) papers.rewrite(label, paper);
    }
    await nextTurn();
  }
  unreadable.push(...faultsOfContributions(db));
  return found([...unreadable, ...faults], `${count} records can be read and agree with their columns`, repair && unreadable.length === 0);
}

/** Checks the contributions of papers that have records of several sources. */
function faultsOfContributions(db: Sqlite): string[] {
  const faults: string[] = [];
  const select = db.prepare<[], { label: number; record: string; checksum: number | null }>(
    "SELECT label, record, checksum FROM contributions WHERE record IS NOT NULL",
  );
  for (const { label, record, checksum } of select.iterate()) {
    if (!agrees(checksum, checksumOfText(record)))
      faults.push(`the record of a source for paper ${label} does not match its checksum: ${mendRecord}`);
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

export function checkIds({ db, papers, repair }: VerifyParts): Checked {
  const lost = db.prepare<[], string>("SELECT id FROM paper_ids WHERE label NOT IN (SELECT label FROM papers)").pluck().all();
  const nameless = db
    .prepare<[], { label: number; paper_id: string }>(
      "SELECT label, paper_id FROM papers p WHERE NOT EXISTS (SELECT 1 FROM paper_ids i WHERE i.id = p.paper_id AND i.label = p.label)",
    )
    .all();
  if (repair) {
    db.prepare("DELETE FROM paper_ids WHERE label NOT IN (SELECT label FROM papers)").run();
    for (const { label, paper_id } of nameless) {
      const stored = papers.readable(label, () => undefined);
      if (stored !== undefined) papers.rewrite(label, stored.paper);
      // So that a paper whose record is damaged can be removed.
      else db.prepare("INSERT OR REPLACE INTO paper_ids (id, label) VALUES (?, ?)").run(paper_id, label);
    }
  }
  const count = db.prepare<[], number>("SELECT COUNT(*) FROM paper_ids").pluck().get() ?? 0;
  const faults = [...lost.map((id) => `${id} leads nowhere`), ...nameless.map(({ paper_id }) => `${paper_id} is not found by its own id`)];
  return found(faults, `${count} ids lead to their papers`, repair);
}

/**
 * Once there were generations, one must be live; without one, nothing says which model the vectors belong to. The very first generation may
 * still be filling.
 */
export function checkGenerations({ generations }: VerifyParts): Checked {
  const entries = generations.all();
  const live = entries.filter(({ state }) => state === "live");
  if (entries.some(({ state }) => state !== "filling") && live.length !== 1)
    return { state: "damaged", detail: `${live.length} of ${entries.length} are live: roll back with \`paperkin reindex --rollback\`` };
  return ok(
    entries.length === 0 ? "there are none yet" : entries.map(({ generation, state }) => `${generation.id} is ${state}`).join(", "),
  );
}

export async function checkEmbeddings(parts: VerifyParts, live: Generation): Promise<Checked> {
  const faults: string[] = [];
  let count = 0;
  // Retired generations are checked too, since later ones copy from them.
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
  const selectPaper = db.prepare<[number], number>("SELECT 1 FROM papers WHERE label = ?").pluck();
  let [count, after] = [0, 0];
  for (;;) {
    // One snapshot, since other processes may remove papers meanwhile.
    const rows = asOfOneMoment(db, () =>
      embeddings.page(generation, after, pageSize).map((row) => ({ ...row, isOfPaper: selectPaper.get(row.label) !== undefined })),
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.label;
    for (const row of rows) {
      const { label } = row;
      count++;
      const fault = row.isOfPaper ? faultOfRow(row, generation) : "it belongs to no paper";
      if (fault === undefined) continue;
      faults.push(`embedding ${label} of generation ${generation.id}: ${fault}`);
      broken.push(label);
    }
    await nextTurn();
  }
  faults.push(...checkSentences(db, generation, repair));
  // Without its embedding a paper is in the backlog, and will be embedded again.
  if (repair) for (const label of broken) db.prepare("DELETE FROM embeddings WHERE generation = ? AND label = ?").run(generation.id, label);
  return { count, faults };
}

/** Sentence embeddings only choose the sentence that is shown; without them, words do that. */
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
  return broken.map((label) => `the vectors of paper ${label}'s sentences do not match their checksum`);
}
