/** Papers in SQLite: storing records as one paper each, finding papers by any id, and the columns that filters use. */
import { isDeepStrictEqual } from "node:util";
import { upsertWithDoubles } from "../../core/doubles.ts";
import { AppError, toAppError } from "../../core/errors.ts";
import type { facetsOf } from "../../core/facets.ts";
import type { Label } from "../../core/label-set.ts";
import {
  anyTitle,
  type Contribution,
  contributionKey,
  forbiddenAfterSplit,
  keepFormerIds,
  mergeContributions,
  mergeVersions,
  withoutForbidden,
} from "../../core/merge.ts";
import type { NewPaper, Paper } from "../../core/paper.ts";
import { keysOf, type PaperKeys } from "../../core/paper-keys.ts";
import type { StoredPaper, UpsertResult } from "../../core/paper-store.ts";
import { compareWorks, mainTitleKey } from "../../core/same-work.ts";
import { foldWords } from "../../core/text.ts";
import type { ChangeCounter } from "./change-counter.ts";
import { ContributionTable } from "./contribution-table.ts";
import type { Sqlite } from "./database.ts";
import { columnsOf, type PaperRow, readablePaper, storedPaper } from "./paper-row.ts";
import type { SuggestionParts } from "./suggestion-index.ts";

export type BriefPaper = Parameters<typeof facetsOf>[0] & SuggestionParts;

export class PaperTable {
  private readonly contributionTable;
  private readonly select;
  private readonly selectLabel;
  private readonly selectPage;
  private readonly selectCount;
  /** The number of papers at a change, outside of transactions. */
  private counted: { readonly change: number; readonly papers: number } | undefined;
  private readonly selectRemoved;
  private readonly selectChanged;
  private readonly insert;
  private readonly update;
  private readonly selectByTitle;
  private readonly selectByMainTitle;
  private readonly selectTwins;
  private readonly selectSharedTitles;
  private readonly selectAdded;
  private readonly keepId;
  private readonly selectWanted;
  private readonly selectBriefly;
  private readonly putId;
  private readonly putCategory;
  private readonly putSource;
  private readonly putRemoved;
  private readonly deleteFromIndexes;
  private readonly deleteFromAll;

  constructor(
    private readonly db: Sqlite,
    private readonly counter: ChangeCounter,
    private readonly now: () => Date,
  ) {
    this.contributionTable = new ContributionTable(db);
    this.select = db.prepare<[number], PaperRow>("SELECT label, paper_id, record, content_hash, checksum FROM papers WHERE label = ?");
    this.selectLabel = db.prepare<[string], number>("SELECT label FROM paper_ids WHERE id = ?").pluck();
    this.selectPage = db.prepare<[number, number], PaperRow>(
      "SELECT label, paper_id, record, content_hash, checksum FROM papers WHERE label > ? ORDER BY label LIMIT ?",
    );
    this.selectCount = db.prepare<[], number>("SELECT COUNT(*) FROM papers").pluck();
    this.selectRemoved = db.prepare<[number], number>("SELECT label FROM removed WHERE change > ?").pluck();
    this.selectChanged = db.prepare<[number], number>("SELECT label FROM papers WHERE change > ? ORDER BY change, label").pluck();
    this.insert = db.prepare(
      `INSERT INTO papers (paper_id, record, content_hash, title_key, main_title_key, first_day, last_day, listing_date, year, venue_key, authors_key, has_code, withdrawn,
         published, updated, listed, has_abstract, has_pdf, votes, citations, language, checksum, change, added)
       VALUES (@paperId, @record, @contentHash, @titleKey, @mainTitleKey, @firstDay, @lastDay, @listingDate, @year, @venueKey, @authorsKey, @hasCode, @withdrawn,
         @published, @updated, @listed, @hasAbstract, @hasPdf, @votes, @citations, @language, @checksum, @change, @added)`,
    );
    this.update = db.prepare(
      `UPDATE papers SET record = @record, content_hash = @contentHash, title_key = @titleKey, main_title_key = @mainTitleKey, first_day = @firstDay,
       last_day = @lastDay, listing_date = @listingDate, year = @year, venue_key = @venueKey, authors_key = @authorsKey, has_code = @hasCode,
       withdrawn = @withdrawn, published = @published, updated = @updated, listed = @listed, has_abstract = @hasAbstract, has_pdf = @hasPdf,
       votes = @votes, citations = @citations, language = @language, checksum = @checksum, change = @change WHERE label = @label`,
    );
    this.selectByMainTitle = db
      .prepare<[string, number], number>("SELECT label FROM papers WHERE main_title_key = ? ORDER BY label LIMIT ?")
      .pluck();
    this.selectByTitle = db
      .prepare<[string, string, number], number>(
        "SELECT label FROM papers WHERE main_title_key = ? AND title_key = ? ORDER BY label LIMIT ?",
      )
      .pluck();
    this.selectTwins = db.prepare<[string, number], PaperRow>(
      "SELECT label, paper_id, record, content_hash, checksum FROM papers WHERE main_title_key = ? ORDER BY label LIMIT ?",
    );
    this.selectSharedTitles = db
      .prepare<[], string>(
        "SELECT main_title_key FROM papers WHERE main_title_key <> '' GROUP BY main_title_key HAVING COUNT(*) > 1 ORDER BY main_title_key",
      )
      .pluck();
    this.selectAdded = db
      .prepare<[string, string, string], number>(
        "SELECT label FROM papers WHERE added > ? AND added <= ? AND (last_day IS NULL OR last_day >= ?) ORDER BY label",
      )
      .pluck();
    this.keepId = db.prepare<[string, string]>("INSERT OR IGNORE INTO wanted_ids (id) SELECT ? WHERE ? NOT IN (SELECT id FROM paper_ids)");
    this.selectWanted = db.prepare<[], string>("SELECT id FROM wanted_ids WHERE id NOT IN (SELECT id FROM paper_ids) ORDER BY id").pluck();
    this.selectBriefly = db.prepare<[number, number], { label: number; parts: string }>(
      `SELECT label, json_remove(record, '$.abstract', '$.ids', '$.keywords', '$.url', '$.pdfUrl', '$.codeUrl') AS parts
       FROM papers WHERE label > ? AND json_valid(record) ORDER BY label LIMIT ?`,
    );
    this.putId = db.prepare("INSERT OR REPLACE INTO paper_ids (id, label) VALUES (?, ?)");
    this.putCategory = db.prepare("INSERT OR IGNORE INTO paper_categories (category, label) VALUES (?, ?)");
    this.putSource = db.prepare("INSERT OR IGNORE INTO paper_sources (source, label) VALUES (?, ?)");
    this.putRemoved = db.prepare("INSERT INTO removed (label, change) VALUES (?, ?)");
    const deleting = (table: string) => db.prepare(`DELETE FROM ${table} WHERE label = ?`);
    this.deleteFromIndexes = ["paper_ids", "paper_categories", "paper_sources"].map(deleting);
    // By generation first, as in the primary keys, so that the tables are not scanned.
    const deletingVectors = (table: string) =>
      db.prepare(`DELETE FROM ${table} WHERE generation IN (SELECT id FROM generations) AND label = ?`);
    this.deleteFromAll = [...["contributions", "papers"].map(deleting), ...["embeddings", "sentence_embeddings"].map(deletingVectors)];
  }

  /** One transaction. @param keys of each paper, if they were computed already. */
  upsert(papers: readonly NewPaper[], keys: readonly (PaperKeys | undefined)[] = []): UpsertResult[] {
    return this.counter.transact(() =>
      upsertWithDoubles(papers, (paper, at) => this.upsertOne(paper, paper === papers[at] ? keys[at] : undefined)),
    );
  }

  resolve(id: string): Label | undefined {
    return this.selectLabel.get(id);
  }

  get(label: Label): StoredPaper | undefined {
    const row = this.select.get(label);
    return row === undefined ? undefined : storedPaper(row);
  }

  page(after: Label, limit: number): StoredPaper[] {
    return this.selectPage.all(after, limit).map(storedPaper);
  }

  /** As {@link get}, but undefined if its record is damaged, which is reported to `onDamage`. */
  readable(label: Label, onDamage: (error: AppError) => void): StoredPaper | undefined {
    const row = this.select.get(label);
    return row && readablePaper(row, onDamage);
  }

  /**
   * As {@link page}, but without papers whose record is damaged, and with the number of these. `last` is the last label that was read;
   * undefined after the last paper.
   */
  readablePage(
    after: Label,
    limit: number,
    onDamage?: (label: Label, error: AppError) => void,
  ): { papers: StoredPaper[]; damaged: number; last: Label | undefined } {
    const rows = this.selectPage.all(after, limit);
    const papers = rows.flatMap((row) => readablePaper(row, (error) => onDamage?.(row.label, error)) ?? []);
    return { papers, damaged: rows.length - papers.length, last: rows.at(-1)?.label };
  }

  /** SQLite counts by scanning rows, so the result is cached for each change. */
  count(): number {
    const change = this.counter.last();
    if (this.counted?.change !== change) this.counted = { change, papers: this.selectCount.get() ?? 0 };
    return this.counted.papers;
  }

  /** Labels of papers that were removed after a change. */
  removedSince(change: number): Label[] {
    return this.selectRemoved.all(change);
  }

  /** Labels of papers that were added or modified after a change, in the order of their changes. */
  changedSince(change: number): Label[] {
    return this.selectChanged.all(change);
  }

  /** The parts of papers that facets and suggestions need; reads less of a record than {@link page}. */
  briefPage(after: Label, limit: number): { label: Label; paper: BriefPaper }[] {
    return this.selectBriefly.all(after, limit).map(({ label, parts }) => ({ label, paper: JSON.parse(parts) as BriefPaper }));
  }

  findByTitle(title: string, limit: number): Label[] {
    const key = foldWords(title);
    if (key === "") return [];
    return this.selectByTitle.all(mainTitleKey(title), key, limit);
  }

  findByMainTitle(title: string, limit: number): Label[] {
    const key = mainTitleKey(title);
    return key === "" ? [] : this.selectByMainTitle.all(key, limit);
  }

  /** One transaction, which changes no paper. @returns how many ids are new. */
  keepIds(ids: readonly string[]): number {
    return this.db.transaction(() => ids.reduce((count, id) => count + this.keepId.run(id, id).changes, 0)).immediate();
  }

  wantedIds(): string[] {
    return this.selectWanted.all();
  }

  addedBetween(after: string, until: string, oldest: string): Label[] {
    return this.selectAdded.all(after, until, oldest);
  }

  /** One transaction. @returns the `paperId`s that existed. */
  remove(ids: readonly string[]): string[] {
    return this.counter.transact(() => {
      const removed: string[] = [];
      for (const id of ids) {
        const label = this.resolve(id);
        const row = label === undefined ? undefined : this.select.get(label);
        if (row === undefined) continue;
        this.delete(row.label);
        removed.push(row.paper_id);
      }
      return removed;
    });
  }

  /** Derives columns and ids again from a paper's record. */
  rewrite(label: Label, paper: Paper): void {
    this.counter.transact(() => this.store(label, paper, JSON.stringify(paper)));
  }

  /** One transaction. @returns the `paperId` of the merged paper; undefined if one of the two does not exist. */
  merge(first: string, second: string): string | undefined {
    return this.counter.transact(() => {
      const found = [this.resolve(first), this.resolve(second)].filter((label) => label !== undefined).sort((a, b) => a - b);
      const [label, other] = found;
      const row = label === undefined ? undefined : this.select.get(label);
      if (label === undefined || other === undefined || row === undefined) return undefined;
      if (label === other) return row.paper_id;
      const contributions = new Map([label, other].flatMap((one) => this.contributions(one)).map((one) => [one.key, one.paper]));
      for (const key of contributions.keys()) this.contributionTable.permitAll(key);
      keepFormerIds(contributions, [row.paper_id, this.select.get(other)?.paper_id ?? row.paper_id]);
      const merged = together(contributions, row.paper_id);
      this.delete(other);
      this.store(label, merged, JSON.stringify(merged));
      this.contributionTable.put(label, contributions);
      return merged.paperId;
    });
  }

  /**
   * One transaction.
   * @returns the `paperId`s of the separate papers: one if there is nothing to split, none if the paper does not exist.
   */
  split(id: string): string[] {
    return this.counter.transact(() => {
      const label = this.resolve(id);
      const row = label === undefined ? undefined : this.select.get(label);
      if (label === undefined || row === undefined) return [];
      const contributions = this.contributions(label).sort((a, b) => (a.key < b.key ? -1 : 1));
      if (contributions.length < 2) return [row.paper_id];
      const forbidden = forbiddenAfterSplit(contributions);
      this.delete(label);
      return contributions.map(({ key, paper }) => {
        const own = forbidden.get(key) ?? new Set<string>();
        this.contributionTable.forbid(key, own);
        return this.insertNew(withoutForbidden(paper, key, own), key).paperId;
      });
    });
  }

  /** One transaction. @returns `only` if there is no other record; then nothing is changed. */
  withdraw(id: string, key: string): "withdrawn" | "only" | "unknown" {
    return this.counter.transact(() => {
      const label = this.resolve(id);
      const row = label === undefined ? undefined : this.select.get(label);
      if (label === undefined || row === undefined) return "unknown";
      const contributions = new Map(this.contributions(label).map((one) => [one.key, one.paper]));
      if (!contributions.has(key)) return "unknown";
      if (contributions.size === 1) return "only";
      contributions.delete(key);
      keepFormerIds(contributions, [row.paper_id]);
      const merged = together(contributions, row.paper_id);
      this.store(label, merged, JSON.stringify(merged));
      this.contributionTable.put(label, contributions);
      return "withdrawn";
    });
  }

  /** Pairs with the same title, or with one title beginning with the other, for which nothing decides whether they are one paper. */
  doubtfulPairs(limit: number): [StoredPaper, StoredPaper][] {
    const pairs: [StoredPaper, StoredPaper][] = [];
    for (const key of this.selectSharedTitles.iterate()) {
      const twins = this.selectTwins.all(key, mostTwins).map(storedPaper);
      for (const [at, first] of twins.entries()) {
        for (const second of twins.slice(at + 1)) {
          if (pairs.length >= limit) return pairs;
          if (compareWorks(first.paper, second.paper) !== "different") pairs.push([first, second]);
        }
      }
    }
    return pairs;
  }

  private upsertOne(incoming: NewPaper, given: PaperKeys | undefined): UpsertResult {
    if (incoming.ids.length === 0) {
      throw new AppError("invalid_paper", `The paper “${incoming.title}” has no id.`, { mend: "Give it an `id`, an arXiv id or a DOI." });
    }
    const key = contributionKey(incoming);
    const forbidden = this.contributionTable.forbiddenTo(key);
    const paper = withoutForbidden(incoming, key, forbidden);
    const labels = [...new Set(paper.ids.flatMap((id) => this.resolve(id) ?? []))].sort((a, b) => a - b);
    let keys = given;
    if (labels.length === 0) {
      // A paper with a known id does not need its keys.
      keys ??= keysOf(paper);
      if (!forbidden.has(anyTitle)) labels.push(...this.sameWork(paper, keys));
    }
    const [label, ...others] = labels;
    return label === undefined ? this.insertNew(paper, key, keys) : this.addTo(label, others, paper, key);
  }

  /** Merges a record into its paper. @param others papers that turn out to be the same one, and cease to exist. */
  private addTo(label: Label, others: readonly Label[], paper: NewPaper, key: string): UpsertResult {
    const row = this.select.get(label);
    if (row === undefined)
      throw new AppError("library_damaged", `The id ${paper.ids[0]} leads to paper ${label}, which is not there.`, {
        mend: "Run `paperkin verify --repair`.",
      });
    const labels = [label, ...others];
    const { contributions, isHealed } = this.contributionsBefore(labels, key);
    const before = contributions.get(key);
    const said = mergeVersions(paper, before);
    contributions.set(key, said);
    keepFormerIds(
      contributions,
      labels.flatMap((one) => this.select.get(one)?.paper_id ?? []),
    );
    const merged = together(contributions, row.paper_id);
    const record = JSON.stringify(merged);
    const { paperId } = merged;
    if (others.length === 0 && !isHealed && record === row.record) {
      // The paper is unchanged, but a record that adds nothing now may matter later.
      if (before === undefined || (contributions.size > 1 && !isDeepStrictEqual(said, before)))
        this.contributionTable.put(label, contributions);
      return { outcome: "unchanged", label, paperId };
    }
    const known = new Set(isHealed ? merged.ids : (JSON.parse(row.record) as Paper).ids);
    for (const other of others) this.delete(other);
    this.store(label, merged, record);
    this.contributionTable.put(label, contributions);
    return { outcome: others.length > 0 || merged.ids.some((id) => !known.has(id)) ? "merged" : "changed", label, paperId };
  }

  /**
   * The stored contributions of papers, by key, before the record with `key` is replaced.
   * @returns also whether that repairs a damaged paper. Throws `library_damaged` if it does not.
   */
  private contributionsBefore(labels: readonly Label[], key: string): { contributions: Map<string, NewPaper>; isHealed: boolean } {
    const contributions = new Map<string, NewPaper>();
    let isHealed = false;
    for (const label of labels) {
      try {
        for (const one of this.contributions(label)) contributions.set(one.key, one.paper);
      } catch (error) {
        if (toAppError(error).code !== "library_damaged" || !this.contributionTable.isOnly(label, key)) throw error;
        // Everything in it came from this source, which now provides it again.
        isHealed = true;
      }
    }
    return { contributions, isHealed };
  }

  /** The papers that are the same work according to title, authors and year, for records without a known id. */
  private sameWork(paper: NewPaper, { mainTitle }: PaperKeys): Label[] {
    const twin = this.selectTwins
      .all(mainTitle, mostTwins)
      .flatMap((row) => readablePaper(row) ?? [])
      .find((stored) => compareWorks(stored.paper, paper) === "same");
    return twin === undefined ? [] : [twin.label];
  }

  private insertNew(paper: NewPaper, key: string, keys = keysOf(paper)): UpsertResult {
    const merged = mergeContributions([{ key, paper }], paper.paperId);
    const inserted = this.insert.run({
      ...columnsOf(merged, JSON.stringify(merged), keys),
      paperId: merged.paperId,
      change: this.counter.next(),
      added: this.now().toISOString(),
    });
    const label = Number(inserted.lastInsertRowid);
    if (label > 0xffff_ffff) throw new AppError("internal", "The library has used all of its 4,294,967,295 labels.");
    this.storeIndexes(label, merged);
    this.contributionTable.putFirst(label, key);
    return { outcome: "new", label, paperId: merged.paperId };
  }

  /** By key. */
  contributions(label: Label): Contribution[] {
    return this.contributionTable.of(label, () => this.get(label)?.paper);
  }

  private store(label: Label, paper: Paper, record: string): void {
    this.update.run({
      ...columnsOf(paper, record),
      label,
      change: this.counter.next(),
    });
    for (const statement of this.deleteFromIndexes) statement.run(label);
    this.storeIndexes(label, paper);
  }

  /** Writes ids, categories and sources of all papers. Throws `library_damaged` if a record is damaged. */
  indexAll(): void {
    for (let after = 0; ; ) {
      const page = this.page(after, 500);
      const last = page.at(-1);
      if (last === undefined) return;
      for (const { label, paper } of page) this.storeIndexes(label, paper);
      after = last.label;
    }
  }

  private storeIndexes(label: Label, paper: Paper): void {
    for (const id of new Set([paper.paperId, ...paper.ids])) this.putId.run(id, label);
    for (const category of paper.categories) this.putCategory.run(category.toLowerCase(), label);
    for (const source of paper.sources) this.putSource.run(source, label);
  }

  private delete(label: Label): void {
    for (const statement of [...this.deleteFromIndexes, ...this.deleteFromAll]) statement.run(label);
    this.putRemoved.run(label, this.counter.next());
  }
}

/** Merges contributions, given by key, into the paper with an existing `paperId`. */
function together(contributions: ReadonlyMap<string, NewPaper>, paperId: string): Paper {
  return mergeContributions(
    [...contributions].map(([key, paper]) => ({ key, paper })),
    paperId,
  );
}

/** How many papers with the same title are compared; a title that more papers share identifies nothing. */
const mostTwins = 20;
