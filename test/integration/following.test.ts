/** Interests from a search and from a file: on the pages, in the API and on the command line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines, paperkin, Server, temporaryFolder } from "./command-line.ts";
import { copyStarterLibrary } from "./starter-library.ts";

const folder = temporaryFolder();
const data = ["--data", join(folder.path, "library")];
const bib = join(folder.path, "library.bib");
let server: Server;

const form = (fields: Record<string, string>): RequestInit => ({ method: "POST", redirect: "manual", body: new URLSearchParams(fields) });
const interests = (...args: string[]) => paperkin(["interests", ...args, ...data]);

beforeAll(async () => {
  await copyStarterLibrary(join(folder.path, "library"));
  server = await Server.start(data);
  writeFileSync(
    bib,
    `@article{known, title = {Attention Is All You Need}, eprint = {1706.03762}, archiveprefix = {arXiv}, groups = {Thesis, Reading}}
@article{also, title = {BERT}, eprint = {1810.04805}, archiveprefix = {arXiv}, groups = {Reading}}
@article{unknown, title = {A paper that nobody imported}, author = {Nobody, Ann}, year = {1999}}
`,
  );
});
afterAll(async () => {
  await Server.stopAll();
  folder.remove();
});

describe("following a search", () => {
  it("turns its words and conditions into an interest when its button is pressed", async () => {
    const page = await (await server.get("/?q=gravitational+waves+-quantum&category=gr-qc")).text();
    const [, search = ""] = /name="search" value="([^"]*)"/.exec(page) ?? [];
    const followed = await server.get("/interests", form({ search: search.replaceAll("&amp;", "&") }));
    expect(followed.status).toBe(303);
    const { interests: all } = (await (await server.get("/v1/interests")).json()) as { interests: unknown[] };
    expect(all).toMatchObject([{ words: "gravitational waves", filters: { categories: ["gr-qc"] }, excludedWords: ["quantum"] }]);
    expect(await (await server.get(followed.headers.get("location") ?? "")).text()).toContain("gravitational waves");
  });

  it("is refused if an interest cannot hold it, and the form keeps what was entered", async () => {
    const refused = await server.get("/interests", form({ search: "q=%22graph+%3Cb%3Enets%22" }));
    expect(refused.status).toBe(400);
    const page = await refused.text();
    expect(page).toContain("An interest cannot contain the phrase");
    expect(page).toContain("graph &lt;b&gt;nets");
    const answer = await server.get("/v1/interests", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "graph -author:welling" }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: "invalid_request" }]);
  });

  it("has no button when nothing was searched for", async () => {
    expect(await (await server.get("/")).text()).not.toContain("Follow this search");
  });

  it("works on the command line", async () => {
    const [made] = jsonLines((await interests("add", "--query", "graph neural author:welling -quantum", "--json")).stdout);
    expect(made).toMatchObject({ words: "graph neural", filters: { authors: ["welling"] }, excludedWords: ["quantum"] });
    expect(await interests("add", "--query", '"graph neural"')).toMatchObject({ code: 2 });
    expect(await interests("add", "--query", "graph", "--words", "nets")).toMatchObject({ code: 2 });
  });
});

describe("following a file", () => {
  it("gives an interest the papers that the library has, and lists those it does not", async () => {
    const added = await interests("add", "--name", "Thesis", "--from-file", bib, "--json");
    expect(added.code).toBe(3);
    expect(jsonLines(added.stdout)).toMatchObject([{ name: "Thesis", positives: ["arXiv:1706.03762", "arXiv:1810.04805"] }]);
    expect(added.stderr).toMatch(
      /^1 paper of .*library\.bib is not in the library \(line 3\)\. To follow all of it: `paperkin import .*`, `paperkin interests remove \w+`/,
    );
  });

  it("uses a single group of the file when one is named", async () => {
    const added = await interests("add", "--from-file", bib, "--collection", "thesis", "--json");
    expect(added.code).toBe(0);
    expect(jsonLines(added.stdout)).toMatchObject([{ positives: ["arXiv:1706.03762"] }]);
    const none = await interests("add", "--from-file", bib, "--collection", "Other");
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("Reading, Thesis");
    expect(await interests("add", "--words", "x", "--collection", "Other")).toMatchObject({ code: 2 });
  });

  it("from Zotero uses one of its collections, by name or by path", async () => {
    const json = join(folder.path, "library.json");
    const item = (itemID: number, title: string, arxiv: string) => ({
      itemType: "preprint",
      itemID,
      title,
      archiveID: `arXiv:${arxiv}`,
      creators: [],
    });
    const collections = {
      AAAA: { key: "AAAA", name: "Thesis", items: [], collections: ["BBBB"] },
      BBBB: { key: "BBBB", parent: "AAAA", name: "Methods", items: [1], collections: [] },
    };
    const items = [item(1, "Attention Is All You Need", "1706.03762"), item(2, "BERT", "1810.04805")];
    writeFileSync(json, JSON.stringify({ config: { label: "BetterBibTeX JSON" }, collections, items }));
    for (const collection of ["Thesis", "Methods", "thesis/methods"]) {
      const added = await interests("add", "--from-file", json, "--collection", collection, "--json");
      expect(jsonLines(added.stdout)).toMatchObject([{ name: collection.split("/").at(-1), positives: ["arXiv:1706.03762"] }]);
    }
    const none = await interests("add", "--from-file", json, "--collection", "Other");
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("It has Thesis/Methods.") });
  });

  it("makes no interest when the library has none of its papers", async () => {
    const other = join(folder.path, "other.bib");
    writeFileSync(other, "@article{x, title = {Nothing of ours}, doi = {10.5555/nothing}}\n");
    const before = (await interests("list", "--json")).stdout;
    const refused = await interests("add", "--from-file", other);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("paperkin import");
    expect(await interests("add", "--from-file", join(folder.path, "gone.bib"))).toMatchObject({ code: 1 });
    expect((await interests("list", "--json")).stdout).toBe(before);
  });
});
