/** How well papers fit examples, and how places are shared. */
import { describe, expect, it } from "vitest";
import { allot } from "../../../src/core/ranking/allotment.ts";
import { mean, mulberry32 } from "../../../src/core/ranking/metrics.ts";
import { Preference } from "../../../src/core/ranking/preference.ts";
import { type Item, Side } from "../../../src/core/ranking/side.ts";
import { noTerms, weighTerms } from "../../../src/core/ranking/term-vector.ts";
import { dot, toUnit } from "../../../src/core/vectors.ts";

const dimensions = 16;

/** Somewhere around a direction, with some of its terms and some of its own. */
function inventItem(random: () => number, direction: number | undefined, terms: readonly number[] = []): Item {
  const vector = Array.from({ length: dimensions }, (_, at) => random() - 0.5 + (at === direction ? 3 : 0));
  const own = Array.from({ length: 5 }, () => 100 + Math.floor(random() * 50));
  const all = [...new Set([...terms, ...own])];
  return {
    vector: toUnit(vector),
    terms: weighTerms(
      all,
      all.map(() => 1),
      () => 2,
      100,
    ),
  };
}

describe("a preference", () => {
  const random = mulberry32(5);
  const kettles = () => inventItem(random, 1, [1, 2, 3]);
  const lanterns = () => inventItem(random, 2, [4, 5, 6]);
  const ordinary = Array.from({ length: 300 }, () => inventItem(random, undefined));
  const many = (make: () => Item, count: number) => Array.from({ length: count }, make);

  it("scores what resembles any one of the examples, not what lies between them", () => {
    const preference = new Preference([...many(kettles, 4), ...many(lanterns, 4)], [], ordinary);
    const between: Item = {
      vector: toUnit(Array.from({ length: dimensions }, (_, at) => (at === 1 || at === 2 ? 1 : 0.2))),
      terms: noTerms,
    };
    for (const make of [kettles, lanterns]) {
      const fit = preference.fit(make());
      expect(fit.score).toBeGreaterThan(preference.fit(between).score);
      expect(fit.score).toBeCloseTo(fit.meaning + fit.terms - fit.against, 9);
    }
  });

  it("penalises what is near unwanted examples", () => {
    const [both, turned] = [[], many(lanterns, 8)].map(
      (negatives) => new Preference([...many(kettles, 4), ...many(lanterns, 2)], negatives, ordinary),
    );
    const [kettle, lantern] = [kettles(), lanterns()];
    const loss = (item: Item) => (both?.fit(item).score ?? 0) - (turned?.fit(item).score ?? 0);
    expect(loss(lantern)).toBeGreaterThan(1);
    expect(Math.abs(loss(kettle))).toBeLessThan(loss(lantern) / 3);
  });

  it("is hardly changed by unwanted examples that are far from everything", () => {
    const far = many(() => inventItem(random, 9, [90, 91]), 20);
    const [plain, turned] = [[], far].map((negatives) => new Preference(many(kettles, 5), negatives, ordinary));
    const items = [...many(kettles, 5), ...many(lanterns, 5)];
    const order = (preference: Preference | undefined) =>
      items
        .map((item, at) => ({ at, score: preference?.fit(item).score ?? 0 }))
        .sort((a, b) => b.score - a.score)
        .slice(0, 5)
        .map(({ at }) => at)
        .sort();
    expect(order(turned)).toEqual(order(plain));
  });

  it("gives the same numbers for papers together, one by one, and by the documented formula", () => {
    const [wanted, unwanted] = [[...many(kettles, 7), ...many(lanterns, 2)], many(lanterns, 3)];
    const items = [...many(kettles, 3), { ...lanterns(), vector: undefined }, ...many(lanterns, 3), { ...kettles(), terms: noTerms }];
    const preference = new Preference(wanted, unwanted, ordinary);
    const fits = preference.fits(items);
    expect(fits).toEqual(items.map((item) => preference.fit(item)));

    const weights = ({ terms }: Item) => new Map(Array.from(terms.terms, (term, at) => [term, terms.weights[at] ?? 0]));
    const meaning = (side: Item[], { vector }: Item) => {
      if (vector === undefined) return undefined;
      const powers = side.map((example) => Math.exp(10 * dot(vector, example.vector ?? vector)));
      return Math.log(mean(powers)) / 10;
    };
    const terms = (side: Item[], item: Item) =>
      mean(side.map((example) => [...weights(example)].reduce((sum, [term, weight]) => sum + weight * (weights(item).get(term) ?? 0), 0)));
    const unit = (measure: typeof meaning, side: Item[], item: Item) => {
      const own = ordinary.map((one) => measure(wanted, one) ?? 0);
      const deviation = Math.sqrt(mean(own.map((value) => (value - mean(own)) ** 2)));
      const value = measure(side, item);
      return value === undefined ? 0 : (value - mean(ordinary.map((one) => measure(side, one) ?? 0))) / deviation;
    };
    const weight = (0.5 * unwanted.length) / (unwanted.length + 5);
    for (const [at, item] of items.entries()) {
      const pulled = unit(meaning, wanted, item) + unit(terms, wanted, item);
      const pushed = weight * (unit(meaning, unwanted, item) + unit(terms, unwanted, item));
      expect(fits[at]?.score).toBeCloseTo(pulled - pushed, 6);
    }
  });

  it("works with terms alone, with meaning alone, and with one example", () => {
    const wordsOnly = { ...kettles(), vector: undefined };
    expect(new Preference([wordsOnly], [], ordinary).fit(kettles()).terms).toBeGreaterThan(2);
    const vectorOnly = { ...kettles(), terms: noTerms };
    const preference = new Preference([vectorOnly], [], ordinary);
    expect(preference.fit(kettles()).meaning).toBeGreaterThan(2);
    expect(preference.fit({ vector: undefined, terms: noTerms }).score).toBeCloseTo(0, 6);
  });

  it("requires a good paper to be about as near as its examples are to each other", () => {
    for (const count of [1, 2, 3, 10]) {
      const preference = new Preference(many(kettles, count), [], ordinary);
      const threshold = preference.threshold();
      expect(many(kettles, 20).filter((item) => preference.fit(item).score >= threshold).length).toBeGreaterThan(14);
      expect(ordinary.filter((item) => preference.fit(item).score >= threshold).length).toBeLessThan(10);
    }
  });

  it("requires unusual meaning if only words are wanted, and less of it among few papers", () => {
    const [example, { vector }] = [kettles(), kettles()];
    const chance = { ...kettles(), vector: ordinary[0]?.vector };
    for (const [papers, least] of [
      [ordinary, 2],
      [ordinary.slice(0, 5), 1],
      [[], 0],
    ] as const) {
      const preference = new Preference([example], [], papers, true);
      const items = [chance, { ...chance, vector: undefined }, { ...chance, vector }];
      const fits = preference.fits(items);
      const plain = fits.map(({ score }) => score - preference.threshold());
      const [first, waiting, last] = preference.margins(fits, items);
      expect([first, last]).toEqual([0, 2].map((at) => Math.min(plain[at] ?? 0, (fits[at]?.meaning ?? 0) - least)));
      // What is not embedded yet is judged by its words.
      const terms = new Preference([example], [], papers).fits(items)[1]?.terms ?? 0;
      expect(waiting).toBeCloseTo(Math.min(terms - preference.threshold(), terms - 1.5 * least), 6);
    }
  });

  it("treats nothing as near to words unknown to the library, unless it contains them", () => {
    const chance = mulberry32(6);
    const last = dimensions - 1;
    /** As similar to each other as ordinary papers are, with hardly anything in the last direction. */
    const turned = (item: Item, share: number): Item => ({
      ...item,
      vector: toUnit(Array.from(item.vector ?? [], (value, at) => (at === last ? share : value))),
    });
    const papers = ordinary.map((item) => turned(item, 0.1 * (chance() - 0.5)));
    const { terms } = inventItem(chance, 1, [1, 2, 3]);
    const words = { vector: toUnit(Array.from({ length: dimensions }, (_, at) => (at === last ? 1 : 0))), terms };
    const preference = new Preference([words], [], papers, true);
    const paper = { ...inventItem(chance, undefined), terms: noTerms };
    const items = [turned(paper, 0.25), turned(paper, 1), { ...turned(paper, 0.25), terms }];
    const fits = preference.fits(items);
    expect(fits[0]?.meaning).toBeGreaterThan(4);
    expect(preference.margins(fits, items).map((margin) => margin >= 0)).toEqual([false, true, true]);
  });

  it("lets no shared word outweigh all meaning if only words are wanted", () => {
    const near = { ...kettles(), terms: noTerms };
    const chance = { vector: ordinary[0]?.vector, terms: kettles().terms };
    const above = (isWordsOnly: boolean) => {
      const [meaning, word] = new Preference([kettles()], [], ordinary, isWordsOnly).fits([near, chance]);
      return (meaning?.score ?? 0) - (word?.score ?? 0);
    };
    expect(above(true)).toBeGreaterThan(above(false));
    expect(above(true)).toBeGreaterThan(0);
  });

  it("does not treat a paper as unusual only because its embedding is pending, while most papers are embedded", () => {
    const waiting = ordinary.map((item, at) => (at % 10 === 0 ? item : { ...item, vector: undefined }));
    const preference = new Preference([kettles()], [], waiting, true);
    const good = (items: readonly Item[]) => preference.margins(preference.fits(items), items).filter((margin) => margin >= 0).length;
    expect(good(waiting)).toBeLessThan(10);
    expect(good(many(kettles, 10))).toBe(10);
    // One of three words, by chance.
    expect(good([{ vector: undefined, terms: inventItem(random, undefined, [3]).terms }])).toBe(0);
  });

  it("accepts papers no further than the median if words describe the whole library, and leaves narrower subjects theirs", () => {
    const about = many(() => inventItem(random, 1, [1, 2, 3]), 200);
    const words = inventItem(random, 1, [1, 2, 3]);
    const example = { ...words, terms: weighTerms([1, 2, 3], [1, 1, 1], () => 2, 100) };
    const preference = new Preference([example], [], about, true);
    const margins = preference.margins(preference.fits(about), about);
    expect(margins.filter((margin) => margin >= 0).length).toBeGreaterThanOrEqual(100);
    expect(Math.max(...margins)).toBe(0);
    const others = many(lanterns, 10);
    expect(preference.margins(preference.fits(others), others).filter((margin) => margin >= 0)).toEqual([]);
    // Like the example, a paper is about more than its words.
    const paper = new Preference([example], [], about);
    expect(paper.margins(paper.fits(about), about).filter((margin) => margin >= 0).length).toBeLessThan(20);
  });

  it.each([0.15, 0.3, 0.6])("accepts the better half of a subject that makes up a large part of the library: %d of it", (part) => {
    // One field: all papers are near to each other, and those on the subject nearer still.
    const field = (subject: boolean): Item => {
      const vector = Array.from({ length: dimensions }, (_, at) => random() - 0.5 + (at === 1 ? 3 : at === 2 && subject ? 1 : 0));
      return { ...inventItem(random, undefined, subject ? [1, 2, 3] : [4]), vector: toUnit(vector) };
    };
    const about = many(() => field(true), 200 * part);
    const others = many(() => field(false), 200 - about.length);
    const words = { ...field(true), terms: weighTerms([1, 2, 3], [1, 1, 1], () => 2, 100) };
    const preference = new Preference([words], [], [...about, ...others], true);
    const good = (items: readonly Item[]) =>
      preference.margins(preference.fits(items), items).filter((margin) => margin >= 0).length / items.length;
    expect(good(about)).toBeGreaterThanOrEqual(0.5);
    expect(good(others)).toBeLessThan(0.05);
  });

  it("ranks what contains a single word by meaning too, however many papers contain it", () => {
    const holding = (weight: number, others: number): Item => ({
      ...inventItem(random, 1),
      terms: weighTerms(
        [1, ...Array.from({ length: others }, (_, at) => 200 + at)],
        [weight, ...Array.from({ length: others }, () => 1)],
        () => 2,
        100,
      ),
    });
    const word = { ...inventItem(random, 1), terms: weighTerms([1], [1], () => 2, 100) };
    const papers = [...ordinary.slice(0, 200), ...Array.from({ length: 60 }, (_, at) => holding(1, 3 + (at % 5)))];
    const preference = new Preference([word], [], papers, true);
    const [near, far] = [holding(1, 6), { ...holding(1, 5), vector: inventItem(random, 2).vector }];
    expect(preference.fit(near).score).toBeGreaterThan(preference.fit(far).score);
  });

  it("without examples accepts everything that is not near the unwanted", () => {
    const preference = new Preference([], many(lanterns, 6), ordinary);
    const [lantern, kettle] = [lanterns(), kettles()].map((item) => preference.margins(preference.fits([item]), [item])[0] ?? 0);
    expect(lantern).toBeLessThan(0);
    expect(kettle).toBeGreaterThanOrEqual(0);
    expect(preference.fit(lanterns()).score).toBeLessThan(preference.fit(kettles()).score);
    const all = new Preference([], [], ordinary);
    expect(all.margins(all.fits(ordinary), ordinary)).toEqual(ordinary.map(() => 0));
  });

  it("names shared terms by their contribution", () => {
    const preference = new Preference(many(kettles, 5), [], ordinary);
    const shared = preference.sharedTerms(kettles()).sort((a, b) => b.weight - a.weight);
    expect(
      shared
        .slice(0, 3)
        .map(({ term }) => term)
        .sort(),
    ).toEqual([1, 2, 3]);
    expect(shared.every(({ weight }) => weight > 0)).toBe(true);
  });
});

describe("places", () => {
  it("are shared by weight, and pass to others if one has nothing more to offer", () => {
    const offer = (name: string, count: number, weight: number) => ({
      weight,
      items: Array.from({ length: count }, (_, at) => `${name}${at}`),
    });
    expect(allot([offer("a", 9, 1), offer("b", 9, 1)], 4)).toEqual(["a0", "b0", "a1", "b1"]);
    expect(allot([offer("a", 9, 2), offer("b", 9, 1)], 6).filter((name) => name.startsWith("a"))).toHaveLength(4);
    expect(allot([offer("a", 1, 5), offer("b", 9, 1)], 3)).toEqual(["a0", "b0", "b1"]);
    expect(allot([offer("a", 1, 1), offer("b", 0, 9)], 5)).toEqual(["a0"]);
    expect(allot([], 5)).toEqual([]);
  });
});

describe("a side with many examples", () => {
  it("is represented by twenty of them, each unlike those before it, starting with the first", () => {
    const [east, north] = [toUnit([1, 0]), toUnit([0, 1])];
    const side = new Side([...Array.from({ length: 24 }, () => east), north].map((vector) => ({ vector, terms: noTerms })));
    // The one unlike the others is among them: 19 of them are at a right angle to it.
    expect(side.meanings([{ vector: north, terms: noTerms }])[0]).toBeCloseTo(Math.log((19 + Math.exp(10)) / 20) / 10, 9);
  });
});
