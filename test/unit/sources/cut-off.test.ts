/** Files of every form whose last byte never comes: what is whole of them is read, and then the fault is met. */
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { toUtf8 } from "../../../src/sources/decode-text.ts";
import { readPapers } from "../../../src/sources/read-files.ts";

const bibtex = (n: number) => `@misc{k${n}, title = {Title ${n}}, doi = {10.5555/${n}}, crossref = {nobody}}\n`;
const forms: Record<string, readonly [text: string, papers: number]> = {
  "JSON Lines, the last line cut": ['{"id":"a1","title":"One"}\n{"id":"a2","title":"Two"}\n{"id":"a3","tit', 2],
  "a list of JSON in one line": ['[{"id":"a1","title":"One"},{"id":"a2","title":"Two"},{"id":"a3","tit', 2],
  "a table, the last row cut": ["title,doi\nOne,10.5555/1\nTwo,10.5555/2\nThree,10.5555/3", 2],
  "BibTeX whose entries wait for another": [`${bibtex(1)}${bibtex(2)}@misc{k3, title = {Thr`, 2],
  "RIS, the last record cut": ["TY  - JOUR\nTI  - One\nDO  - 10.5555/1\nER  - \nTY  - JOUR\nTI  - Two\nDO  - 10.5555/2\nAB  - It is sa", 1],
  "Atom in one line": [
    `<feed xmlns="http://www.w3.org/2005/Atom">${[1, 2].map((n) => `<entry><id>http://arxiv.org/abs/2401.0000${n}v1</id><title>Title ${n}</title><summary>What it says.</summary></entry>`).join("")}<entry><id>http://ar`,
    2,
  ],
  "ids, the last one cut": ["arXiv:2401.00001\narXiv:2401.00002\narXiv:2401.0", 2],
};

describe("a file that ends in a fault", () => {
  it.each(Object.entries(forms))("yields its complete records: %s", async (_, [text, papers]) => {
    const bytes = (async function* () {
      yield Buffer.from(text);
      throw new AppError("file_unreadable", "it ends early");
    })();
    const found: string[] = [];
    const reading = (async () => {
      for await (const { kind } of await readPapers({ name: "cut", bytes: toUtf8(bytes) }, undefined)) found.push(kind);
    })();
    await expect(reading).rejects.toMatchObject({ code: "file_unreadable" });
    expect(found.filter((kind) => kind === "paper" || kind === "id")).toHaveLength(papers);
    expect(found).not.toContain("refused");
  });
});
