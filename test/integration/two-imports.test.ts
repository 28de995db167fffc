/** Two imports into one library at once: both complete, and the papers of both are embedded once. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inventPapers } from "../contract/invented-papers.ts";
import { jsonLines, paperkin, paperkinApart, temporaryFolder } from "./command-line.ts";

it("two simultaneous imports both complete", async () => {
  const folder = temporaryFolder();
  try {
    const data = join(folder.path, "library");
    const imports = [0, 100].map((first) => {
      const file = join(folder.path, `${first}.jsonl`);
      const papers = inventPapers(25, first).map(({ ids: [id], title, abstract }) => ({ id, title, abstract }));
      writeFileSync(file, papers.map((paper) => JSON.stringify(paper)).join("\n"));
      return paperkinApart(["import", file, "--json", "--data", data]);
    });
    for (const { code, stdout, stderr } of await Promise.all(imports)) {
      expect(code, stderr).toBe(0);
      expect(jsonLines(stdout).at(-1)).toMatchObject({ read: 25, new: 25, refused: 0, toEmbed: 0 });
    }
    const verified = await paperkin(["verify", "--json", "--data", data]);
    expect(verified.code, verified.stdout).toBe(0);
    expect(verified.stdout).toContain("50 records");
    expect(verified.stdout).toContain("50 vectors");
  } finally {
    folder.remove();
  }
});
