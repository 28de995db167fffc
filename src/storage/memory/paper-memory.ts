/** Storing, merging and finding papers by scanning all of them each time. */

import { upsertWithDoubles } from "../../core/doubles.ts";
import { AppError } from "../../core/errors.ts";
import { type Facets, facetsOf, mostCommon } from "../../core/facets.ts";
import { type Conditions, firstDay, isUnfiltered, lastDay, matchesFilters } from "../../core/filters.ts";
import { type Label, type LabelSet, labelSetOf } from "../../core/label-set.ts";
import type { ListingDate } from "../../core/listing.ts";
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
import { compareText } from "../../core/order.ts";
import { dateOf, listingDateOf, type NewPaper, type Paper } from "../../core/paper.ts";
import type { KnownLabels, PaperStore, RescuedPapers, StoredPaper, UpsertResult } from "../../core/paper-store.ts";
import { hashContent } from "../../core/prepare.ts";
import { compareWorks, mainTitleKey } from "../../core/same-work.ts";
import type { DeletedItem, SourceItem, SourceItemStore } from "../../core/source-items.ts";
import { foldWords } from "../../core/text.ts";

export interface Entry {
  readonly stored: StoredPaper;
  /** What each source's record said about it. */
  readonly contributions: ReadonlyMap<string, NewPaper>;
  readonly change: number;
  /** When it was added, ISO 8601 in UTC. */
  readonly added: string;
}

export class MemoryPaperStore implements PaperStore, SourceItemStore {
  protected readonly entries = new Map<Label, Entry>();
  /** The last change. */
  protected change = 0;
  private lastLabel = 0;
  /** By record: ids that it may not claim since its paper was split. */
  private readonly forbidden = new Map<string, ReadonlySet<string>>();
  /** Ids of papers that are wanted. */
  private readonly wanted = new Set<string>();
  private readonly items = new Map<string, SourceItem & { deleted: string | undefined }>();

  constructor(protected readonly now: () => Date = () => new Date()) {}

  async upsert(papers: readonly NewPaper[]): Promise<UpsertResult[]> {
    const nameless = papers.find((paper) => paper.ids.length === 0);
    if (nameless !== undefined) throw new AppError("invalid_paper", `The paper “${nameless.title}” has no id.`);
    const change = this.change + 1;
    return upsertWithDoubles(papers, (paper) => this.upsertOne(paper, change));
  }

  async remove(ids: readonly string[]): Promise<string[]> {
    const change = this.change + 1;
    return ids.flatMap((id) => {
      const label = this.labelOf(id);
      const entry = label === undefined ? undefined : this.entries.get(label);
      if (entry === undefined) return [];
      this.delete(entry.stored.label);
      this.change = change;
      return [entry.stored.paper.paperId];
    });
  }

  async resolve(ids: readonly string[]): Promise<(Label | undefined)[]> {
    return ids.map((id) => this.labelOf(id));
  }

  async papers(labels: readonly Label[]): Promise<(StoredPaper | undefined)[]> {
    return labels.map((label) => this.entries.get(label)?.stored);
  }

  async requireReadable(): Promise<void> {
    // Data in memory is never damaged.
  }

  async rescue(labels: readonly Label[]): Promise<RescuedPapers> {
    return { papers: (await this.papers(labels)).filter((stored) => stored !== undefined), unread: [] };
  }

  async knownLabels(): Promise<KnownLabels> {
    return { labels: [...this.entries.keys()].sort((a, b) => a - b), isWhole: true };
  }

  async findByTitle(title: string): Promise<Label[]> {
    const key = foldWords(title);
    if (key === "") return [];
    return this.labelsWhere(({ paper }) => foldWords(paper.title) === key).slice(0, 10);
  }

  async findByMainTitle(title: string): Promise<Label[]> {
    const key = mainTitleKey(title);
    if (key === "") return [];
    return this.labelsWhere(({ paper }) => mainTitleKey(paper.title) === key).slice(0, 20);
  }

  async matching(conditions: Conditions): Promise<LabelSet | undefined> {
    if (conditions.every(isUnfiltered)) return undefined;
    return labelSetOf(this.labelsWhere(({ paper }) => conditions.every((filters) => matchesFilters(paper, filters))));
  }

  async newest(within: LabelSet | undefined, { limit, offset }: { limit: number; offset: number }): Promise<Label[]> {
    const dayOf = ({ paper }: StoredPaper) => firstDay(dateOf(paper) ?? "");
    return this.sortedPapers()
      .filter(({ label }) => within === undefined || within.has(label))
      .sort((a, b) => compareText(dayOf(b), dayOf(a)) || compareText(a.paper.paperId, b.paper.paperId))
      .slice(offset, offset + limit)
      .map(({ label }) => label);
  }

  async keepIds(ids: readonly string[]): Promise<number> {
    const before = this.wanted.size;
    for (const id of ids) if (this.labelOf(id) === undefined) this.wanted.add(id);
    return this.wanted.size - before;
  }

  async wantedIds(): Promise<string[]> {
    return [...this.wanted].filter((id) => this.labelOf(id) === undefined).sort(compareText);
  }

  async keepItems(items: readonly SourceItem[]): Promise<void> {
    for (const item of items) this.items.set(item.item, { ...item, deleted: undefined });
  }

  async markDeleted(items: readonly string[]): Promise<number> {
    const there = items
      .flatMap((item) => this.items.get(item) ?? [])
      .filter(({ id, deleted }) => deleted === undefined && this.labelOf(id) !== undefined);
    for (const item of there) this.items.set(item.item, { ...item, deleted: this.now().toISOString() });
    return new Set(there).size;
  }

  async deletedItems(): Promise<DeletedItem[]> {
    const all = [...this.items.values()];
    const living = new Set(all.filter(({ deleted }) => deleted === undefined).map(({ key }) => key));
    return all
      .flatMap(({ deleted, ...item }) => (deleted === undefined || living.has(item.key) ? [] : { ...item, deleted }))
      .sort((a, b) => compareText(a.item, b.item));
  }

  async forgetItems(items: readonly string[]): Promise<void> {
    for (const item of items) this.items.delete(item);
  }

  async withdraw(id: string, key: string): Promise<"withdrawn" | "only" | "unknown"> {
    const label = this.labelOf(id);
    const entry = label === undefined ? undefined : this.entries.get(label);
    if (label === undefined || entry?.contributions.has(key) !== true) return "unknown";
    if (entry.contributions.size === 1) return "only";
    const contributions = new Map([...entry.contributions].filter(([name]) => name !== key));
    const { paperId } = entry.stored.paper;
    keepFormerIds(contributions, [paperId]);
    this.put(label, joined(contributions, paperId), contributions, ++this.change);
    return "withdrawn";
  }

  async addedBetween(after: string, until: string, oldest: string): Promise<Label[]> {
    const isNews = (paper: Paper) => {
      const date = dateOf(paper);
      return date === undefined || lastDay(date) >= oldest;
    };
    const found = [...this.entries].filter(([, { added, stored }]) => added > after && added <= until && isNews(stored.paper));
    return found.map(([label]) => label).sort((a, b) => a - b);
  }

  async listingDates(conditions: Conditions): Promise<ListingDate[]> {
    const counts = new Map<string, number>();
    for (const { paper } of this.sortedPapers()) {
      const date = listingDateOf(paper);
      if (date === undefined || !conditions.every((filters) => matchesFilters(paper, filters))) continue;
      counts.set(date, (counts.get(date) ?? 0) + 1);
    }
    return [...counts].map(([date, papers]) => ({ date, papers })).sort((a, b) => compareText(a.date, b.date));
  }

  async listedOn(dates: readonly string[], conditions: Conditions): Promise<Label[]> {
    return this.labelsWhere(
      ({ paper }) => dates.includes(listingDateOf(paper) ?? "") && conditions.every((filters) => matchesFilters(paper, filters)),
    );
  }

  async countPapers(): Promise<number> {
    return this.entries.size;
  }

  async facets(within: LabelSet | undefined, limit: number): Promise<Facets> {
    const papers = this.sortedPapers().filter(({ label }) => within === undefined || within.has(label));
    const of = (name: keyof Facets) => {
      const counts = new Map<string, number>();
      for (const { paper } of papers) for (const value of new Set(facetsOf(paper)[name])) counts.set(value, (counts.get(value) ?? 0) + 1);
      return mostCommon(counts, limit);
    };
    return { years: of("years"), venues: of("venues"), categories: of("categories"), sources: of("sources") };
  }

  async doubtfulPairs(limit: number): Promise<(readonly [StoredPaper, StoredPaper])[]> {
    const all = this.sortedPapers();
    const pairs = all.flatMap((first, at) => all.slice(at + 1).map((second) => [first, second] as const));
    return pairs
      .filter(([first, second]) => compareWorks(first.paper, second.paper) !== "different")
      .sort(([a], [b]) => compareText(mainTitleKey(a.paper.title), mainTitleKey(b.paper.title)))
      .slice(0, limit);
  }

  async merge(first: string, second: string): Promise<string> {
    const [label, other] = [this.labelOf(first), this.labelOf(second)].filter((one) => one !== undefined).sort((a, b) => a - b);
    const [entry, joining] = [label, other].map((one) => (one === undefined ? undefined : this.entries.get(one)));
    if (label === undefined || other === undefined || entry === undefined || joining === undefined) {
      const missing = [first, second].filter((id) => this.labelOf(id) === undefined);
      throw new AppError("paper_not_found", `There is no paper ${missing.join(" and no paper ")} in the library.`);
    }
    if (label === other) return entry.stored.paper.paperId;
    const contributions = new Map([...entry.contributions, ...joining.contributions]);
    for (const key of contributions.keys()) this.forbidden.delete(key);
    keepFormerIds(contributions, [entry.stored.paper.paperId, joining.stored.paper.paperId]);
    this.delete(other);
    const merged = joined(contributions, entry.stored.paper.paperId);
    this.put(label, merged, contributions, ++this.change);
    return merged.paperId;
  }

  async contributions(label: Label): Promise<Contribution[]> {
    const said = [...(this.entries.get(label)?.contributions ?? [])];
    return said.map(([key, paper]) => ({ key, paper })).sort((a, b) => compareText(a.key, b.key));
  }

  async split(id: string): Promise<string[]> {
    const label = this.labelOf(id);
    const entry = label === undefined ? undefined : this.entries.get(label);
    if (label === undefined || entry === undefined) throw new AppError("paper_not_found", `There is no paper ${id}.`);
    const parts = await this.contributions(label);
    if (parts.length < 2) throw new AppError("invalid_request", `The paper ${id} was made from one record.`);
    const change = ++this.change;
    this.delete(label);
    const forbidden = forbiddenAfterSplit(parts);
    return parts.map(({ key, paper }) => {
      const own = forbidden.get(key) ?? new Set<string>();
      this.forbidden.set(key, new Set([...(this.forbidden.get(key) ?? []), ...own]));
      const contributions = new Map([[key, withoutForbidden(paper, key, own)]]);
      const alone = joined(contributions, paper.paperId);
      this.put(++this.lastLabel, alone, contributions, change);
      return alone.paperId;
    });
  }

  async eachPaper(after: Label, limit: number): Promise<StoredPaper[]> {
    return this.sortedPapers()
      .filter(({ label }) => label > after)
      .slice(0, limit);
  }

  private upsertOne(incoming: NewPaper, change: number): UpsertResult {
    const key = contributionKey(incoming);
    const forbidden = this.forbidden.get(key) ?? new Set<string>();
    const paper = withoutForbidden(incoming, key, forbidden);
    const known = [...new Set(paper.ids.flatMap((id) => this.labelOf(id) ?? []))].sort((a, b) => a - b);
    if (known.length === 0 && !forbidden.has(anyTitle))
      known.push(...this.labelsWhere((stored) => compareWorks(stored.paper, paper) === "same").slice(0, 1));
    const [label = this.lastLabel + 1, ...others] = known;
    const before = this.entries.get(label);
    const contributions = new Map(known.flatMap((one) => [...(this.entries.get(one)?.contributions ?? [])]));
    contributions.set(key, mergeVersions(paper, contributions.get(key)));
    keepFormerIds(
      contributions,
      known.flatMap((one) => this.entries.get(one)?.stored.paper.paperId ?? []),
    );
    const merged = joined(contributions, before?.stored.paper.paperId ?? paper.paperId);
    const isSame = before !== undefined && others.length === 0 && JSON.stringify(merged) === JSON.stringify(before.stored.paper);
    for (const other of others) this.delete(other);
    this.put(label, merged, contributions, isSame ? before.change : change);
    this.lastLabel = Math.max(this.lastLabel, label);
    if (!isSame) this.change = change;
    const joins = others.length > 0 || merged.ids.some((id) => before?.stored.paper.ids.includes(id) === false);
    return {
      outcome: before === undefined ? "new" : isSame ? "unchanged" : joins ? "merged" : "changed",
      label,
      paperId: merged.paperId,
    };
  }

  private put(label: Label, paper: Paper, contributions: Entry["contributions"], change: number): void {
    const added = this.entries.get(label)?.added ?? this.now().toISOString();
    this.entries.set(label, { stored: { label, paper, contentHash: hashContent(paper) }, contributions, change, added });
  }

  protected delete(label: Label): void {
    this.entries.delete(label);
  }

  private labelOf(id: string): Label | undefined {
    for (const { stored } of this.entries.values()) if (stored.paper.ids.includes(id) || stored.paper.paperId === id) return stored.label;
    return undefined;
  }

  protected sortedPapers(): StoredPaper[] {
    return [...this.entries.values()].map(({ stored }) => stored).sort((a, b) => a.label - b.label);
  }

  protected labelsWhere(holds: (stored: StoredPaper) => boolean): Label[] {
    return this.sortedPapers()
      .filter(holds)
      .map(({ label }) => label);
  }
}

function joined(contributions: Entry["contributions"], paperId: string | undefined): Paper {
  const said = [...contributions].map(([key, paper]) => ({ key, paper }));
  return mergeContributions(said, paperId);
}
