/** The generations of embeddings in SQLite: the live one, the one being filled, and retired ones. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../core/errors.ts";
import {
  describeSpec,
  type Generation,
  type GenerationAudit,
  type GenerationEntry,
  type GenerationSpec,
  type GenerationState,
  hasSameVectors,
  isSameSpec,
  reindexCommand,
} from "../../core/generation.ts";
import type { LongWorkOptions } from "../../core/generation-store.ts";
import type { ChangeCounter } from "./change-counter.ts";
import type { Sqlite } from "./database.ts";
import { patiently } from "./patience.ts";

interface GenerationRow {
  id: number;
  model: string;
  dimensions: number;
  preparation: number;
  m: number | null;
  ef_construction: number | null;
  truncation: number | null;
  audit: string | null;
  state: GenerationState;
}

/** Rows that one transaction deletes; other processes can write in between. */
const deletedAtOnce = 1_000;
/** Labels whose rows one transaction copies; searches wait for it. */
const copiedAtOnce = 100;

const columns = "id, model, dimensions, preparation, m, ef_construction, truncation, audit, state";

export class GenerationTable {
  private readonly selectLive;
  private readonly selectState;
  private readonly setState;

  constructor(
    private readonly db: Sqlite,
    private readonly counter: ChangeCounter,
    private readonly now: () => Date,
  ) {
    this.selectLive = db.prepare<[], GenerationRow>(`SELECT ${columns} FROM generations WHERE state = 'live'`);
    this.selectState = db.prepare<[number], GenerationState>("SELECT state FROM generations WHERE id = ?").pluck();
    this.setState = db.prepare("UPDATE generations SET state = ?, retired_change = ? WHERE id = ?");
  }

  live(): Generation | undefined {
    const row = this.selectLive.get();
    return row === undefined ? undefined : generationOf(row);
  }

  all(): GenerationEntry[] {
    const begun = this.begun();
    const count = this.db.prepare<[number], number>("SELECT COUNT(*) FROM embeddings WHERE generation = ?").pluck();
    return this.db
      .prepare<[], GenerationRow>(
        `SELECT ${columns} FROM generations ORDER BY state = 'live' DESC, state = 'filling' DESC, retired_change DESC, id DESC`,
      )
      .all()
      .map((row) => ({
        generation: generationOf(row),
        state: row.state,
        embedded: count.get(row.id) ?? 0,
        ...(row.state === "filling" && begun?.generation === row.id ? { begun: begun.at } : {}),
        ...(row.audit === null ? {} : { audit: JSON.parse(row.audit) as GenerationAudit }),
      }));
  }

  /** Throws `generation_not_found`. */
  recordAudit(generation: Generation, audit: GenerationAudit): void {
    this.stateOf(generation);
    this.db.prepare("UPDATE generations SET audit = ? WHERE id = ?").run(JSON.stringify(audit), generation.id);
  }

  /** Records that a generation's derived files are completely on disk and include everything up to a change. */
  recordCheckpoint({ id }: Generation, lastChange: number): void {
    this.db.prepare("UPDATE generations SET checkpoint_change = ? WHERE id = ?").run(lastChange, id);
  }

  /** The last change of a completed checkpoint; undefined if there never was one. */
  checkpointOf({ id }: Generation): number | undefined {
    return this.db.prepare<[number], number | null>("SELECT checkpoint_change FROM generations WHERE id = ?").pluck().get(id) ?? undefined;
  }

  /** Throws `generation_not_found`. */
  stateOf({ id }: Generation): GenerationState {
    const state = this.selectState.get(id);
    if (state === undefined) {
      throw new AppError("generation_not_found", `There is no generation ${id} of embeddings in the library.`, {
        mend: "See which there are with `paperkin reindex --status`.",
      });
    }
    return state;
  }

  /** The live generation, created if there is none. Throws `model_mismatch`. */
  open(spec: GenerationSpec): Generation {
    return this.counter.transact(() => {
      const live = this.live();
      if (live === undefined) return this.insert(spec, "live");
      if (!hasSameVectors(live, spec)) {
        throw new AppError(
          "model_mismatch",
          `The library was embedded with ${live.model} (preparation ${live.preparation}), not with ${spec.model} (preparation ${spec.preparation}).`,
          { mend: `Set the model to ${live.model}, or move the library with \`paperkin reindex --model ${spec.model}\`.` },
        );
      }
      return live;
    });
  }

  /** The filling generation of a specification, started if there is none. Throws `generation_filling`. */
  fill(spec: GenerationSpec): Generation {
    return this.counter.transact(() => {
      const row = this.db.prepare<[], GenerationRow>(`SELECT ${columns} FROM generations WHERE state = 'filling'`).get();
      if (row === undefined) return this.insert(spec, "filling");
      const filling = generationOf(row);
      if (isSameSpec(filling, spec)) return filling;
      throw new AppError("generation_filling", `Generation ${filling.id} is being filled with ${describeSpec(filling)} already.`, {
        mend: `Go on with that one (\`${reindexCommand(filling)}\`), or remove it with \`paperkin reindex --drop\`.`,
      });
    });
  }

  /** Throws `generation_not_found`. */
  makeLive(generation: Generation): void {
    this.counter.transact(() => {
      if (this.stateOf(generation) === "live") return;
      const change = this.counter.next();
      const live = this.live();
      if (live !== undefined) this.setState.run("retired", change, live.id);
      this.setState.run("live", null, generation.id);
    });
  }

  /** Deletes only the generation's row, so that it is gone at once. Throws `generation_not_found`, `invalid_request`. */
  drop(generation: Generation): void {
    this.counter.transact(() => {
      if (this.stateOf(generation) === "live")
        throw new AppError("invalid_request", `Generation ${generation.id} is live: it cannot be removed.`);
      this.counter.next();
      this.db.prepare("DELETE FROM generations WHERE id = ?").run(generation.id);
    });
  }

  /** Deletes rows of generations that no longer exist. */
  async dropLeftovers(): Promise<void> {
    for (const table of ["embeddings", "sentence_embeddings"]) {
      const remove = this.db.prepare(
        `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE generation NOT IN (SELECT id FROM generations) LIMIT ${deletedAtOnce})`,
      );
      while ((await patiently(() => remove.run().changes)) > 0) await nextTurn();
    }
  }

  /** Copies embeddings of the same text from generations that have the same vectors. @returns how many. */
  async reuse(generation: Generation, { signal, onProgress }: LongWorkOptions = {}): Promise<number> {
    const sources = this.all().filter((other) => other.generation.id !== generation.id && hasSameVectors(other.generation, generation));
    const last = this.db.prepare<[], number>("SELECT COALESCE(MAX(label), 0) FROM papers").pluck().get() ?? 0;
    const copy = this.db.prepare(
      `INSERT OR REPLACE INTO embeddings (generation, label, content_hash, vector, checksum, change)
       SELECT @to, p.label, p.content_hash, e.vector, e.checksum, @change FROM papers p
       JOIN embeddings e ON e.generation = @from AND e.label = p.label AND e.content_hash = p.content_hash
       LEFT JOIN embeddings own ON own.generation = @to AND own.label = p.label
       WHERE p.label > @after AND p.label <= @until AND own.content_hash IS NOT p.content_hash`,
    );
    const copySentences = this.db.prepare(
      `INSERT OR REPLACE INTO sentence_embeddings (generation, label, vectors, checksum)
       SELECT @to, s.label, s.vectors, s.checksum FROM embeddings e JOIN sentence_embeddings s ON s.generation = @from AND s.label = e.label
       WHERE e.generation = @to AND e.label > @after AND e.label <= @until AND e.change = @change`,
    );
    let reused = 0;
    for (const source of sources) {
      for (let after = 0; after < last && signal?.aborted !== true; after += copiedAtOnce) {
        const slice = { to: generation.id, from: source.generation.id, after, until: after + copiedAtOnce };
        reused += await patiently(() =>
          this.counter.transact(() => {
            this.stateOf(generation);
            const change = this.counter.last() + 1;
            const { changes } = copy.run({ ...slice, change });
            if (changes > 0) copySentences.run({ ...slice, change: this.counter.next() });
            return changes;
          }),
        );
        onProgress?.(Math.min(last, after + copiedAtOnce), last);
        await nextTurn();
      }
    }
    return reused;
  }

  /** When the latest filling generation was started. */
  private begun(): { generation: number; at: string } | undefined {
    const text = this.db.prepare<[], string>("SELECT value FROM meta WHERE key = 'filling'").pluck().get();
    return text === undefined ? undefined : (JSON.parse(text) as { generation: number; at: string });
  }

  private insert(spec: GenerationSpec, state: GenerationState): Generation {
    const { lastInsertRowid } = this.db
      .prepare(
        "INSERT INTO generations (model, dimensions, preparation, m, ef_construction, truncation, state) VALUES (@model, @dimensions, @preparation, @m, @ef, @truncation, @state)",
      )
      .run({
        model: spec.model,
        dimensions: spec.dimensions,
        preparation: spec.preparation,
        m: spec.graph?.M ?? null,
        ef: spec.graph?.efConstruction ?? null,
        truncation: spec.truncation ?? null,
        state,
      });
    const id = Number(lastInsertRowid);
    if (state === "filling") {
      const begun = JSON.stringify({ generation: id, at: this.now().toISOString() });
      this.db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('filling', ?)").run(begun);
    }
    return { ...spec, id };
  }
}

function generationOf({ id, model, dimensions, preparation, m, ef_construction, truncation }: GenerationRow): Generation {
  const common = { id, model, dimensions, preparation, ...(truncation === null ? {} : { truncation }) };
  return m === null || ef_construction === null ? common : { ...common, graph: { M: m, efConstruction: ef_construction } };
}
