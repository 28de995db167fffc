/** `paperkin embeddings` between two libraries, and a model that reads less of each text. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../src/compiled.ts";
import { jsonLines, paperkin, temporaryFolder } from "./command-line.ts";
import { copyStarterLibrary } from "./starter-library.ts";

const corpus = join(projectRoot, "src", "starter", "corpus.jsonl");

describe("embeddings exported as files", () => {
  const folder = temporaryFolder();
  const library = join(folder.path, "library");
  const run = async (...args: string[]) => await paperkin([...args, "--json"]);
  beforeAll(async () => {
    await copyStarterLibrary(library);
  });
  afterAll(() => folder.remove());

  it.each(["vectors.npy", "vectors.safetensors"])("as %s from one library save another one from embedding anything", async (name) => {
    const file = join(folder.path, name);
    expect(jsonLines((await run("embeddings", "export", file, "--data", library)).stdout)).toMatchObject([{ rows: 325 }]);
    const other = join(folder.path, `for ${name}`);
    await run("import", corpus, "--no-embed", "--data", other);
    const imported = await run("embeddings", "import", file, "--data", other);
    expect(imported.stderr).toBe("");
    expect(imported.code).toBe(0);
    const [report] = jsonLines(imported.stdout);
    expect(report).toMatchObject({ stored: 325, unknown: 0, changed: 0, compared: 32 });
    // The same model on the same machine: the same bytes (I6).
    expect(report?.leastCosine).toBeCloseTo(1, 5);
    const [status] = jsonLines((await run("status", "--data", other)).stdout);
    expect(status).toMatchObject({ embedded: 325, backlog: 0 });
    const hits = async (data: string) =>
      jsonLines((await run("search", "ripples in spacetime", "--mode", "semantic", "--data", data)).stdout);
    const ids = (lines: Record<string, unknown>[]) => lines.map(({ paper }) => (paper as { paperId: string }).paperId);
    expect(ids(await hits(other))).toEqual(ids(await hits(library)));
  });

  it("are refused with exit code 1 when there are none, and 2 when the file's extension is unknown", async () => {
    expect((await run("embeddings", "import", join(folder.path, "nothing.npy"), "--data", library)).code).toBe(1);
    expect((await run("embeddings", "export", join(folder.path, "vectors.txt"), "--data", library)).code).toBe(2);
    expect((await run("embeddings", "export", join(folder.path, "a.npy"), "--generation", "9", "--data", library)).code).toBe(1);
  });

  it("of a model that reads less of each text form another generation and are not mixed with others", async () => {
    const short = jsonLines((await run("reindex", "--truncation", "32", "--data", library)).stdout);
    expect(short).toMatchObject([{ outcome: "live", embedded: 325, reused: 0, generation: { id: 2, truncation: 32 } }]);
    expect((await run("search", "ripples in spacetime", "--data", library)).code).toBe(0);
    // Pending papers are embedded as the library's are; without the option, the model's own length applies.
    expect((await run("import", corpus, "--data", library)).code).toBe(0);
    expect(jsonLines((await run("reindex", "--data", library)).stdout)).toMatchObject([{ outcome: "live", embedded: 0, reused: 325 }]);
    expect((await run("reindex", "--truncation", "5000", "--data", library)).code).toBe(2);
  });
});
