/** Embeddings in SQLite. Vectors are stored as little-endian float32, as delivered. */

import type { BacklogEntry, NewEmbedding } from "../../core/embedding-store.ts";
import { AppError } from "../../core/errors.ts";
import type { Generation } from "../../core/generation.ts";
import type { Label } from "../../core/label-set.ts";
import { prepareText } from "../../core/prepare.ts";
import { faultOfVector } from "../../core/vectors.ts";
import type { ChangeCounter } from "./change-counter.ts";
import type { Sqlite } from "./database.ts";
import type { GenerationTable } from "./generation-table.ts";
import { type PaperRow, readablePaper } from "./paper-row.ts";
import { agrees, checksumOfBytes } from "./row-checksum.ts";

export interface EmbeddingRow {
  label: Label;
  vector: Buffer;
  checksum: number | null;
}

/**
 * A paper is in the backlog if its current text has no embedding: none at all, or only one of an earlier text.
 * @param papers the table expression to read.
 */
const backlogOf = (papers: string) =>
  `FROM ${papers} LEFT JOIN embeddings e INDEXED BY embeddings_hash ON e.generation = @generation AND e.label = p.label
   WHERE e.content_hash IS NOT p.content_hash AND EXISTS (SELECT 1 FROM generations WHERE id = @generation AND state <> 'retired')`;
/** The backlog among papers that changed after `@since`, from a covering index. */
const recentBacklog = `${backlogOf("papers p INDEXED BY papers_change")} AND p.change > @since`;

export class EmbeddingTable {
  private readonly selectVector;
  private readonly selectEmbeddedHash;
  private readonly selectSentences;
  private readonly selectBacklog;
  private readonly selectRecentBacklog;
  private readonly countBacklog;
  private readonly selectHash;
  private readonly countAll;
  private readonly selectPage;
  private readonly selectChanged;
  private readonly put;
  private readonly putSentences;
  private readonly deleteSentences;
  /** The last result for the backlog's size, valid until the next change. */
  private counted: { readonly question: string; readonly size: number } | undefined;

  constructor(
    db: Sqlite,
    private readonly counter: ChangeCounter,
    private readonly generations: GenerationTable,
  ) {
    this.selectVector = db.prepare<[number, number], EmbeddingRow>(
      "SELECT label, vector, checksum FROM embeddings WHERE generation = ? AND label = ?",
    );
    this.selectEmbeddedHash = db
      .prepare<[number, number], string>("SELECT content_hash FROM embeddings WHERE generation = ? AND label = ?")
      .pluck();
    this.selectSentences = db.prepare<[number, number], { vectors: Buffer; checksum: number | null }>(
      "SELECT vectors, checksum FROM sentence_embeddings WHERE generation = ? AND label = ?",
    );
    const selectBacklog = (backlog: string) =>
      db.prepare<{ generation: number; after: number; limit: number; since: number }, PaperRow>(
        `SELECT p.label, p.paper_id, p.content_hash, p.record, p.checksum ${backlog} AND p.label > @after ORDER BY p.label LIMIT @limit`,
      );
    this.selectBacklog = selectBacklog(`${backlogOf("papers p")} AND @since = 0`);
    this.selectRecentBacklog = selectBacklog(recentBacklog);
    this.countBacklog = db.prepare<{ generation: number; since: number }, number>(`SELECT COUNT(*) ${recentBacklog}`).pluck();
    this.selectHash = db.prepare<[number], string>("SELECT content_hash FROM papers WHERE label = ?").pluck();
    this.countAll = db.prepare<[number], number>("SELECT COUNT(*) FROM embeddings WHERE generation = ?").pluck();
    this.selectPage = db.prepare<[number, number, number], EmbeddingRow>(
      "SELECT label, vector, checksum FROM embeddings WHERE generation = ? AND label > ? ORDER BY label LIMIT ?",
    );
    this.selectChanged = db.prepare<[number, number], EmbeddingRow & { change: number }>(
      "SELECT label, vector, checksum, change FROM embeddings WHERE generation = ? AND change > ? ORDER BY change, label",
    );
    this.put = db.prepare(
      "INSERT OR REPLACE INTO embeddings (generation, label, content_hash, vector, checksum, change) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.putSentences = db.prepare("INSERT OR REPLACE INTO sentence_embeddings (generation, label, vectors, checksum) VALUES (?, ?, ?, ?)");
    this.deleteSentences = db.prepare("DELETE FROM sentence_embeddings WHERE generation = ? AND label = ?");
  }

  /** Omits papers whose record is damaged (`verify` names them), so that the others need not wait. */
  backlog(generation: Generation, after: Label, limit: number, since: number): BacklogEntry[] {
    const select = since === 0 ? this.selectBacklog : this.selectRecentBacklog;
    for (let behind = after; ; ) {
      const rows = select.all({ generation: generation.id, after: behind, limit, since });
      const entries = rows.flatMap((row) => entryOf(row) ?? []);
      const last = rows.at(-1);
      if (last === undefined || entries.length > 0) return entries;
      behind = last.label;
    }
  }

  backlogSize(generation: Generation, since = 0): number {
    const question = `${generation.id} ${since} ${this.counter.last()}`;
    if (this.counted?.question !== question)
      this.counted = { question, size: this.countBacklog.get({ generation: generation.id, since }) ?? 0 };
    return this.counted.size;
  }

  /**
   * One transaction. An embedding of a text that is no longer the paper's is dropped; the paper stays in the backlog. Throws
   * `invalid_embedding`, `generation_not_found`.
   */
  store(generation: Generation, embeddings: readonly NewEmbedding[]): void {
    for (const { label, vector } of embeddings) {
      const fault = faultOfVector(vector, generation.dimensions);
      if (fault !== undefined) throw new AppError("invalid_embedding", `The embedding of paper ${label} is not stored: ${fault}.`);
    }
    this.counter.transact(() => {
      this.generations.stateOf(generation);
      for (const { label, contentHash, vector, sentences } of embeddings) {
        if (this.selectHash.get(label) !== contentHash) continue;
        const bytes = bytesOf(vector);
        this.put.run(generation.id, label, contentHash, bytes, checksumOfBytes(bytes), this.counter.next());
        if (sentences === undefined) this.deleteSentences.run(generation.id, label);
        else this.putSentences.run(generation.id, label, bytesOf(sentences), checksumOfBytes(bytesOf(sentences)));
      }
    });
  }

  vector(generation: Generation, label: Label): Float32Array | undefined {
    const row = this.selectVector.get(generation.id, label);
    return row === undefined ? undefined : usableVector(row, generation);
  }

  embeddedHash(generation: Generation, label: Label): string | undefined {
    return this.selectEmbeddedHash.get(generation.id, label);
  }

  sentences(generation: Generation, label: Label): Int8Array | undefined {
    const row = this.selectSentences.get(generation.id, label);
    if (row === undefined || !agrees(row.checksum, checksumOfBytes(row.vectors))) return undefined;
    return new Int8Array(row.vectors.buffer, row.vectors.byteOffset, row.vectors.byteLength);
  }

  count(generation: Generation): number {
    return this.countAll.get(generation.id) ?? 0;
  }

  /** Rows ordered by label, starting after `after`. */
  page(generation: Generation, after: Label, limit: number): EmbeddingRow[] {
    return this.selectPage.all(generation.id, after, limit);
  }

  /** Rows written by changes after `since`, in order. */
  changedSince(generation: Generation, since: number): (EmbeddingRow & { change: number })[] {
    return this.selectChanged.all(generation.id, since);
  }
}

/** Undefined if the record cannot be read. */
function entryOf(row: PaperRow): BacklogEntry | undefined {
  const stored = readablePaper(row);
  return stored && { label: stored.label, contentHash: stored.contentHash, text: prepareText(stored.paper) };
}

function bytesOf(array: Float32Array | Int8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** @returns what is wrong with a stored vector (I4), or undefined. */
export function faultOfRow({ vector, checksum }: EmbeddingRow, generation: Generation): string | undefined {
  if (vector.length % 4 !== 0) return "its size is odd";
  return (
    faultOfVector(vectorOf(vector), generation.dimensions) ??
    (agrees(checksum, checksumOfBytes(vector)) ? undefined : "it does not match its checksum")
  );
}

/** A stored vector that satisfies I4; `verify` names those that do not. */
export function usableVector(row: EmbeddingRow, generation: Generation): Float32Array | undefined {
  return faultOfRow(row, generation) === undefined ? vectorOf(row.vector) : undefined;
}

/** A copy, since SQLite's buffers need not be aligned. */
function vectorOf(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
