/** Filters as SQL leave the same papers as the predicate that defines them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Filters, filtersSchema, matchesFilters } from "../../src/core/filters.ts";
import type { NewPaper } from "../../src/core/paper.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { holds } from "./settings.ts";

/** Built from few pieces, so that papers and filters match; with everything that is special in SQL, in patterns or in Unicode. */
const text = fc
  .array(
    fc.constantFrom(
      "a",
      "b",
      "ab",
      "A",
      " ",
      "  ",
      "%",
      "_",
      "'",
      '"',
      "*",
      "\\",
      "|",
      " | ",
      ".",
      "-",
      "é",
      "É",
      "e\u0301",
      "İ",
      "ß",
      "漢",
      "𝒳",
      "ﬁ",
      "\0",
      "?",
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((pieces) => pieces.join(""));
const date = fc.constantFrom("2019", "2020", "2020-02", "2020-02-29", "2020-12-31", "2021-01-01", "2021-03", "9999", "0001-01-01");
const year = fc.constantFrom(-1, 0, 1, 2019, 2020, 2021, 9999);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const few = { maxLength: 2 };
/** How many are looked up at once. */
const many = { minLength: 9, maxLength: 12 };
const list = fc.oneof({ arbitrary: fc.array(text, few), weight: 4 }, { arbitrary: fc.array(text, many), weight: 1 });

const language = fc.constantFrom("en", "EN", "en-GB", "eng", "e%", "de");
const count = fc.constantFrom(0, 1, 2, 5, 6);

/** In several forms, some of them equivalent. */
const author = fc.oneof(
  text,
  fc.constantFrom(
    "Ada B. Lee",
    "Ada Lee",
    "Lee, A.",
    "Lee, Ada B.",
    "Lee AB",
    "A. C. Lee",
    "Bo Müllers",
    "Bo Muellers",
    "b mullers",
    "Łuk Lee",
    "luk",
  ),
);

const paper = fc.record({
  title: text,
  published: maybe(date),
  updated: maybe(date),
  listed: maybe(date),
  venue: maybe(text),
  categories: fc.uniqueArray(fc.oneof(text, fc.constantFrom("cs.CL", "CS.LG", "cs", "c*")), { maxLength: 3 }),
  authors: fc.array(author, { maxLength: 2 }).map((names) => names.map((name) => ({ name }))),
  sources: fc.uniqueArray(text, { minLength: 1, maxLength: 2 }),
  codeUrl: maybe(fc.constant("https://example.org/")),
  abstract: fc.constantFrom("", "Something."),
  pdfUrl: maybe(fc.constant("https://example.org/paper.pdf")),
  votes: maybe(fc.constantFrom(0, 1, 5)),
  citations: maybe(fc.constantFrom(0, 1, 5)),
  language: maybe(language),
  status: maybe(fc.constantFrom("withdrawn" as const, "retracted" as const)),
});

const filters: fc.Arbitrary<Filters> = fc.record({
  from: maybe(date),
  to: maybe(date),
  yearFrom: maybe(year),
  yearTo: maybe(year),
  venues: maybe(list),
  categories: maybe(
    fc.array(fc.oneof(text, fc.constantFrom("cs.*", "*", "CS.cl", "c**")), {
      maxLength: 2,
    }),
  ),
  sources: maybe(list),
  authors: maybe(fc.oneof({ arbitrary: fc.array(author, few), weight: 4 }, { arbitrary: fc.array(author, many), weight: 1 })),
  title: maybe(list),
  hasCode: maybe(fc.boolean()),
  publishedFrom: maybe(date),
  publishedTo: maybe(date),
  updatedFrom: maybe(date),
  updatedTo: maybe(date),
  listedFrom: maybe(date),
  listedTo: maybe(date),
  hasAbstract: maybe(fc.boolean()),
  hasPdf: maybe(fc.boolean()),
  minVotes: maybe(count),
  minCitations: maybe(count),
  languages: maybe(fc.array(language, few)),
  withdrawn: maybe(fc.boolean()),
});

/** Most filters set little: with all fields at once, next to nothing would be left to compare. */
const sparseFilters = fc
  .tuple(filters, fc.array(fc.constantFrom(...filtersSchema.keyof().options), { minLength: 1, maxLength: 2 }))
  .map(([all, kept]): Filters => filtersSchema.parse(Object.fromEntries(kept.map((name) => [name, all[name]]))));

it("I7: SQL leaves the papers that the predicate leaves", async () => {
  const folder = await makeTemporaryFolder();
  const library = await LocalLibrary.open({
    folder: folder.path,
    create: true,
    maintain: false,
  });
  let [left, leftOut] = [0, 0];
  try {
    await holds(
      fc.asyncProperty(
        fc.array(paper, { minLength: 1, maxLength: 8 }),
        fc.array(sparseFilters, { minLength: 1, maxLength: 8 }),
        async (made, conditions) => {
          const papers: NewPaper[] = made.map((fields, at) =>
            JSON.parse(
              JSON.stringify({
                ...fields,
                ids: [`X:${at}`],
                keywords: [],
              }),
            ),
          );
          await library.upsert(papers);
          const stored = await library.eachPaper(0, 100);
          for (const pair of [...conditions.map((one) => [one]), conditions.slice(0, 2)]) {
            const wanted = stored
              .filter((one) => pair.every((condition) => matchesFilters(one.paper, condition)))
              .map(({ label }) => label);
            const found = await library.matching(pair);
            expect(found === undefined ? stored.map(({ label }) => label) : [...found.labels()]).toEqual(wanted);
            left += wanted.length;
            leftOut += stored.length - wanted.length;
          }
          await library.remove(papers.flatMap(({ ids }) => ids));
        },
      ),
      250,
    );
  } finally {
    await library.close();
    await folder.remove();
  }
  // Both outcomes occurred often: the comparison means something.
  expect(Math.min(left, leftOut)).toBeGreaterThan(500);
});
