/** A repository is harvested repeatedly by OAI-PMH while it deletes and restores records: the built command line and a server on this machine. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Answering, LocalService } from "../unit/sources/live-service.ts";
import { jsonLines, paperkin, temporaryFolder } from "./command-line.ts";

interface Held {
  readonly id: number;
  day: string;
  deleted?: boolean;
}

const perPage = 2;

let folder: ReturnType<typeof temporaryFolder>;
let service: LocalService;
let held: Held[];
/** Answers instead of the page with this number, counted over all harvests. */
let failing: number | undefined;

beforeEach(async () => {
  folder = temporaryFolder();
  held = [1, 2, 3, 4, 5].map((id) => ({ id, day: `2026-03-0${id}` }));
  failing = undefined;
  let pages = 0;
  service = await LocalService.start((asked) => (pages++ === failing ? { status: 404 } : answer(asked)));
});
afterEach(async () => {
  await service.close();
  folder.remove();
});

const name = (id: number) => `oai:repository.example:${id}`;

function recordOf({ id, day, deleted = false }: Held): string {
  const header = `<identifier>${name(id)}</identifier><datestamp>${day}</datestamp>`;
  if (deleted) return `<record><header status="deleted">${header}</header></record>`;
  return `<record><header>${header}</header><metadata>
    <oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:title>Kettles of the kind ${id}</dc:title><dc:creator>Example, Ada</dc:creator><dc:date>2026-03-01</dc:date>
    <dc:identifier>https://doi.org/10.5555/kettle.${id}</dc:identifier><dc:description>About copper kettles of the kind ${id}.</dc:description>
    </oai_dc:dc></metadata></record>`;
}

/** In order of their datestamps, the latest change last. */
function answer({ url }: Parameters<Answering>[0]): ReturnType<Answering> {
  const token = url.searchParams.get("resumptionToken");
  const [from, begin] = token === null ? [url.searchParams.get("from") ?? "", 0] : [token.split("|")[0] ?? "", Number(token.split("|")[1])];
  const chosen = held.filter(({ day }) => day >= from).sort((a, b) => (a.day < b.day ? -1 : 1));
  const oai = (inside: string) => ({
    body: `<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-04-01T12:00:00Z</responseDate>${inside}</OAI-PMH>`,
  });
  if (chosen.length === 0) return oai('<error code="noRecordsMatch">None.</error>');
  const end = begin + perPage;
  const next = end < chosen.length ? `<resumptionToken>${from}|${end}</resumptionToken>` : "<resumptionToken/>";
  return oai(`<ListRecords>${chosen.slice(begin, end).map(recordOf).join("")}${next}</ListRecords>`);
}

const run = (...args: string[]) => {
  const sources = { "arxiv-oai": { address: service.address, gapMs: 0, retryMs: 1 } };
  return paperkin([...args, "--data", join(folder.path, "library")], { env: { PAPERKIN_SOURCES: JSON.stringify(sources) } });
};
async function harvest(): Promise<unknown> {
  const result = await run("fetch", "arxiv-oai", "--json");
  return { code: result.code, ...(jsonLines(result.stdout).at(-1) as object) };
}
const deleted = async () => jsonLines((await run("papers", "deleted", "--json")).stdout);
const doi = (id: number) => `DOI:10.5555/kettle.${id}`;
async function found(): Promise<unknown[]> {
  const hits = jsonLines((await run("search", "kettles", "--mode", "keyword", "--json")).stdout) as { paper?: { paperId: string } }[];
  return hits.flatMap(({ paper }) => (paper === undefined ? [] : [paper.paperId])).sort();
}

test("records that a repository deletes are reported and stay until somebody removes them; wanted ones stay even then", async () => {
  expect(await harvest()).toMatchObject({ code: 0, read: 5, new: 5 });
  expect(await deleted()).toEqual([]);
  await run("feedback", "save", doi(2));
  // The repository deletes three, including one that nobody has ever seen, on two pages.
  held[0] = { id: 1, day: "2026-03-10", deleted: true };
  held[1] = { id: 2, day: "2026-03-11", deleted: true };
  held[3] = { id: 4, day: "2026-03-12", deleted: true };
  held.push({ id: 77, day: "2026-03-12", deleted: true }, { id: 6, day: "2026-03-13" });
  expect(await harvest()).toMatchObject({ code: 0, new: 1, deleted: 3 });
  expect(await deleted()).toMatchObject([
    { item: name(1), paperId: doi(1), fate: "removed" },
    { item: name(2), paperId: doi(2), fate: "wanted" },
    { item: name(4), paperId: doi(4), fate: "removed" },
  ]);
  // A fetch never removes anything by itself.
  expect(await found()).toEqual([1, 2, 3, 4, 5, 6].map(doi));
  // One of them exists again, as repositories do it: with a new datestamp.
  held[3] = { id: 4, day: "2026-03-14" };
  expect(await harvest()).toMatchObject({ code: 0, new: 0 });
  expect(await deleted()).toMatchObject([{ paperId: doi(1) }, { paperId: doi(2) }]);
  expect((await run("papers", "deleted", "--remove")).code).toBe(0);
  expect(await found()).toEqual([2, 3, 4, 5, 6].map(doi));
  // The next harvest brings none of it back.
  expect(await harvest()).toMatchObject({ code: 0, new: 0 });
  expect(await found()).toEqual([2, 3, 4, 5, 6].map(doi));
  expect((await run("verify")).code).toBe(0);
});

test("a harvest that fails after a page of deleted headers resumes there, and loses none of them", async () => {
  expect(await harvest()).toMatchObject({ code: 0, new: 5 });
  for (const [at, day] of ["2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13"].entries()) held[at] = { id: at + 1, day, deleted: true };
  // The first harvest had three pages; the second begins with record 5, which has not changed.
  failing = 4;
  // Partial: what came before stays.
  expect(await harvest()).toMatchObject({ code: 3 });
  const before = await deleted();
  expect(before).toHaveLength(1);
  failing = undefined;
  expect(await harvest()).toMatchObject({ code: 0, new: 0, deleted: 3 });
  expect(await deleted()).toMatchObject([1, 2, 3, 4].map((id) => ({ item: name(id), fate: "removed" })));
  // The last of them is requested again, because of its day, and not reported twice.
  expect(await harvest()).toMatchObject({ code: 0 });
  expect(await deleted()).toHaveLength(4);
});
