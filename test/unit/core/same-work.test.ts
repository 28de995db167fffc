/** When two records without a common id are the same work. */
import { describe, expect, test } from "vitest";
import { compareWorks, mainTitleKey } from "../../../src/core/same-work.ts";

const work = (changes: Partial<Parameters<typeof compareWorks>[0]> & { names?: string[] } = {}) => ({
  ids: ["title:0"],
  title: "Learning to rank kin by meaning and words",
  authors: (changes.names ?? ["Ada Example", "Bob Other"]).map((name) => ({ name })),
  published: "2020",
  sources: ["paperkin"],
  ...changes,
});

describe("compareWorks", () => {
  test.each([
    ["case, punctuation and TeX in the title", { title: "LEARNING TO RANK KIN, BY MEANING -- AND WORDS." }],
    ["authors in another order, one left out", { names: ["Bob Other"] }],
    ["family names first", { names: ["Example Ada", "Other Bob"] }],
    ["a preprint a year before its publication", { published: "2019-11-30", ids: ["arXiv:1911.00001"] }],
    ["initials for given names", { names: ["A. Example", "B. Other"] }],
    ["a subtitle on one side", { title: "Learning to rank kin by meaning and words: a study of abstracts" }],
    ["words that are divided elsewhere", { title: "Learning-to-rank kin by mean-ing, and word s" }],
    ["words that are divided elsewhere, and a subtitle", { title: "Learning to-rank kin by meaning andwords: a study" }],
    ["no year on one side", { published: undefined }],
  ])("finds the same work in spite of %s", (_, changes) => {
    expect(compareWorks(work(), work(changes))).toBe("same");
    expect(compareWorks(work(changes), work())).toBe("same");
  });

  test.each([
    ["other authors", { names: ["Carla Third", "Dan Fourth"] }],
    ["authors who share family names only", { names: ["Carl Example", "Dora Other"] }],
    ["a sequel", { title: "Learning to rank kin by meaning and words? II" }],
    ["a space between other numbers", { title: "Kin of 1 12 in 2.1", counterpart: "Kin of 11 2 in 21" }],
    ["an article before the word", { title: "A symmetric kinship of words", counterpart: "Asymmetric kinship of words" }],
    ["another title", { title: "Learning to rank kin by meaning" }],
    ["a decade between them", { published: "2010" }],
  ])("finds different works with %s", (_, { counterpart, ...changes }: { counterpart?: string } & Parameters<typeof work>[0]) => {
    const other = work(counterpart === undefined ? {} : { title: counterpart });
    expect(compareWorks(other, work(changes))).toBe("different");
    expect(compareWorks(work(changes), other)).toBe("different");
  });

  test.each([
    ["a title that stands over many works", { title: "Guest editorial" }, { title: "Guest Editorial" }],
    ["a title of few words in another year", { title: "Kin found" }, { title: "Kin found", published: "2021" }],
    ["two DOIs of publishers", { ids: ["DOI:10.1000/a"] }, { ids: ["DOI:10.1000/b"] }],
    ["two arXiv ids", { ids: ["arXiv:2001.00001"] }, { ids: ["arXiv:2001.00002"] }],
    ["two numbers of one source", { ids: ["17"] }, { ids: ["18"] }],
    ["no authors on one side and another year", { names: [] }, { published: "2021" }],
    ["four years between them", { published: "2016" }, {}],
  ])("leaves the decision to a person with %s", (_, a, b) => {
    expect(compareWorks(work(a), work(b))).toBe("doubtful");
  });

  test("keeps two parts with different subtitles apart", () => {
    const [first, second] = [work({ title: "A theory of very small kin: Part I" }), work({ title: "A theory of very small kin: Part II" })];
    expect(compareWorks(first, second)).toBe("different");
  });

  test("sees no conflict between a deposit's DOI and the publisher's", () => {
    expect(compareWorks(work({ ids: ["DOI:10.1101/2020.01.01.000001"] }), work({ ids: ["DOI:10.1000/a"] }))).toBe("same");
  });

  test("accepts a short title with the same authors in the same year", () => {
    expect(compareWorks(work({ title: "Kin found" }), work({ title: "KIN FOUND." }))).toBe("same");
  });

  test.each([
    ["Kin found", "Kinfound"],
    ["Fore-word", "Foreword"],
  ])("requires the same year for a short title that is divided differently: %s, %s", (a, b) => {
    expect(compareWorks(work({ title: a }), work({ title: b, published: "2021" }))).toBe("doubtful");
    expect(compareWorks(work({ title: b, published: "2021" }), work({ title: a }))).toBe("doubtful");
  });

  test("treats a title shared by many works as such, however it is divided", () => {
    expect(compareWorks(work({ title: "Guest edit-orial" }), work({ title: "Guest editorial" }))).toBe("doubtful");
    expect(compareWorks(work({ title: "Guest editorial" }), work({ title: "Guest edit-orial" }))).toBe("doubtful");
  });

  test("gives works that may be the same one key", () => {
    expect(mainTitleKey("Automated code checking in the E-Permit process: a study")).toBe("automatedcodecheckingintheepermitprocess");
    expect(mainTitleKey("Automated Code-Checking in the Epermit process")).toBe("automatedcodecheckingintheepermitprocess");
    expect(mainTitleKey("COVID-19 in 2020 2021")).toBe("covid19in2020 2021");
    expect(mainTitleKey("Of a kin of A A")).toBe("ofa kinofa a");
  });

  test("gives no key for a main title that is too short", () => {
    expect(mainTitleKey("BERT: Pre-training of deep transformers")).toBe("bertpretrainingofdeeptransformers");
  });

  test("handles a title of nothing but punctuation in time linear in its length", () => {
    const title = `${". ".repeat(100_000)}a title of five words`;
    const start = process.cpuUsage();
    expect(compareWorks(work({ title }), work({ title: `${title}: a study` }))).toBe("same");
    expect(mainTitleKey(title)).toBe("a titleoffivewords");
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(3_000);
  });
});
