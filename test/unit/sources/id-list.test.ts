/** Lists of ids. */
import { describe, expect, it } from "vitest";
import { idIn, idListFormat } from "../../../src/sources/id-list.ts";
import { lines, readText } from "./reading-text.ts";

describe("a list of ids", () => {
  it.each([
    ["2401.00001", "arXiv:2401.00001"],
    ["arXiv:2401.00001v2 # read this", "arXiv:2401.00001"],
    ["https://arxiv.org/pdf/hep-th/9901001v1", "arXiv:hep-th/9901001"],
    ["10.48550/arXiv.2401.00001", "arXiv:2401.00001"],
    ["  https://doi.org/10.5555/KETTLE.1  ", "DOI:10.5555/kettle.1"],
    ["PMID:123", "PMID:123"],
    ["https://aclanthology.org/P19-1001/", "ACL:P19-1001"],
    ["# only a comment", undefined],
    ["", undefined],
    ["Kinds of kin", undefined],
    [`10.5555/${"x".repeat(2_000)}`, undefined],
  ])("reads “%s” as the id %s", (line, id) => {
    expect(idIn(line)).toBe(id);
  });

  it("yields each id once with its line, and reports lines that are not ids", async () => {
    const { records } = await readText(idListFormat, lines("2401.00001", "", "arXiv:2401.00001v3", "Kinds of kin", "PMID:5", "# none"));
    expect(records.map((record) => (record.kind === "id" ? [record.id, record.place.line] : record.kind))).toEqual([
      ["arXiv:2401.00001", 1],
      "refused",
      ["PMID:5", 5],
    ]);
    expect((await readText(idListFormat, "\n# nothing yet\n")).records).toEqual([]);
  });

  it("is recognised if every line is an id, with any length and any line endings", () => {
    for (const text of [
      "2401.00001\r\n10.5555/1\r\n",
      "\ufeffPMID:5",
      "# mine\n2401.00001 # x\n",
      "2401.00001\n".repeat(5_000).slice(0, 40_000),
    ])
      expect(idListFormat.recognize(text)).toBe(1);
    for (const text of ["", "# nothing\n", "2401.00001\nKinds of kin\n", "a,b\n", "5\n"]) expect(idListFormat.recognize(text)).toBe(0);
  });
});
