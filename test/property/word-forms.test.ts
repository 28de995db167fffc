/** Words split into two, against reading every paper. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { termOf, wordsOf } from "../../src/core/analysis.ts";
import { otherForms } from "../../src/engine/search/word-forms.ts";
import { MemoryLibrary } from "../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../contract/invented-papers.ts";
import { holds } from "./settings.ts";

const parts = ["pre", "train", "base"];
const wordArbitrary = fc.oneof(
  fc.constantFrom(...parts),
  fc.tuple(fc.constantFrom(...parts), fc.constantFrom(...parts)).map(([a, b]) => a + b),
);
const titleArbitrary = fc.array(wordArbitrary, { minLength: 1, maxLength: 6 });

it("a query word is split into two exactly if papers write it so, and more of them than write it as one", async () => {
  let divided = 0;
  await holds(
    fc.asyncProperty(
      fc.array(titleArbitrary, { minLength: 8, maxLength: 30 }),
      fc.constantFrom(...parts),
      fc.constantFrom(...parts),
      async (titles, first, second) => {
        const library = new MemoryLibrary();
        await library.upsert(titles.map((words, at) => inventPaper(at + 1, { title: words.join(" "), abstract: "", authors: [] })));
        const texts = titles.map((words) => wordsOf(words.join(" ")).map(({ term }) => term));
        const [whole, one, two] = [first + second, first, second].map((text) => termOf(text));
        const holding = (term: string | undefined) => texts.filter((text) => text.includes(term)).length;
        const together = texts.filter((text) => text.some((term, at) => term === one && text[at + 1] === two)).length;
        const least = Math.min(holding(one), holding(two));
        const isDivided = least >= 5 && least > holding(whole) && together >= 2 && together > holding(whole);
        if (isDivided) divided++;
        const forms = (await otherForms(library, first + second)).map(({ term }) => term);
        expect(forms).toEqual(isDivided ? [...new Set([one, two])] : []);
      },
    ),
    300,
  );
  expect(divided).toBeGreaterThan(10);
});
