/**
 * Facet values of papers in memory: for each label the number of its year, venue, categories and sources. Papers share few combinations of
 * categories, so counting the whole library takes four additions per paper.
 */
import { type Facets, facetNames, facetsOf, mostCommon } from "../../core/facets.ts";
import type { Label, LabelSet } from "../../core/label-set.ts";

/** The values of one facet. */
class Column {
  /** By label; 0 if there is no paper, or it has no value. */
  private numbers = new Uint32Array(1024);
  private readonly combinations: (readonly string[])[] = [[]];
  private readonly numberOf = new Map<string, number>();

  set(label: Label, values: readonly string[]): void {
    if (label >= this.numbers.length) {
      const grown = new Uint32Array(Math.max(label + 1, 2 * this.numbers.length));
      grown.set(this.numbers);
      this.numbers = grown;
    }
    this.numbers[label] = this.numberFor(values);
  }

  /** @param labels undefined for all papers. */
  count(labels: Iterable<Label> | undefined): Map<string, number> {
    const counts = new Uint32Array(this.combinations.length);
    const add = (number: number) => {
      counts[number] = (counts[number] ?? 0) + 1;
    };
    if (labels === undefined) this.numbers.forEach(add);
    else for (const label of labels) add(this.numbers[label] ?? 0);
    const sums = new Map<string, number>();
    counts.forEach((papers, number) => {
      if (papers > 0) for (const value of this.combinations[number] ?? []) sums.set(value, (sums.get(value) ?? 0) + papers);
    });
    return sums;
  }

  private numberFor(values: readonly string[]): number {
    if (values.length === 0) return 0;
    const different = [...new Set(values)];
    const key = JSON.stringify(different);
    const known = this.numberOf.get(key);
    if (known !== undefined) return known;
    const number = this.combinations.push(different) - 1;
    this.numberOf.set(key, number);
    return number;
  }
}

export class FacetColumns {
  private readonly columns = { years: new Column(), venues: new Column(), categories: new Column(), sources: new Column() };

  put(papers: readonly { readonly label: Label; readonly paper: Parameters<typeof facetsOf>[0] }[]): void {
    for (const { label, paper } of papers) {
      const values = facetsOf(paper);
      for (const name of facetNames) this.columns[name].set(label, values[name]);
    }
  }

  remove(label: Label): void {
    for (const name of facetNames) this.columns[name].set(label, []);
  }

  count(within: LabelSet | undefined, limit: number): Facets {
    const of = (name: keyof Facets) => mostCommon(this.columns[name].count(within?.labels()), limit);
    return { years: of("years"), venues: of("venues"), categories: of("categories"), sources: of("sources") };
  }
}
