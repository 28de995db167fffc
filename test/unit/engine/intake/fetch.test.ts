/** Fetching page by page: what is stored when, however it ends. */
import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import type { FetchPosition, FetchRequest, FetchSession, LiveSource } from "../../../../src/core/live-source.ts";
import type { SourceRecord } from "../../../../src/core/source.ts";
import { type FetchPapersOptions, fetchPapers } from "../../../../src/engine/intake/fetch.ts";
import { emptyCounts } from "../../../../src/engine/intake/ingest.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";
import { inventPaper } from "../../../contract/invented-papers.ts";

const fault = new AppError("source_unreachable", "It broke off.");
const positions: (FetchPosition | undefined)[] = [];
let library: MemoryLibrary;
/** The page at which something happens, from 0. */
let at: { page: number; what: "fault" | "throw" | "abort" } | undefined;
let controller: AbortController;

beforeEach(() => {
  library = new MemoryLibrary();
  at = undefined;
  controller = new AbortController();
  positions.length = 0;
});

async function* records(page: number): AsyncIterable<SourceRecord> {
  for (const number of [1, 2, 3]) {
    if (at?.page === page && at.what === "abort" && number === 2) controller.abort();
    yield { kind: "paper", paper: inventPaper(10 * page + number), place: { file: `page ${page}` } };
  }
}

/** Three pages of three papers; then its end is remembered. */
const source: LiveSource = {
  name: "arxiv",
  title: "The source",
  description: "",
  service: "service",
  address: "https://x.org",
  gapMs: 0,
  options: [],
  examples: [],
  async *pages(_request, _session, position) {
    positions.push(position);
    for (let page = Number(position?.page ?? 0); page < 3; page++) {
      if (at?.page === page && at.what === "throw") throw fault;
      const next = { page: page + 1 };
      yield { records: records(page), next, fault: at?.page === page && at.what === "fault" ? fault : undefined };
    }
  },
};

const session: FetchSession = {
  address: "https://x.org",
  key: undefined,
  signal: undefined,
  today: () => "2026-03-05",
  request: () => Promise.reject(new TypeError("nothing is asked here")),
};

const fetch = (request: Partial<FetchRequest> = {}, options: FetchPapersOptions = {}, of = session) =>
  fetchPapers(library, source, { words: [], ...request }, of, emptyCounts(), { signal: controller.signal, ...options });

describe("a fetch", () => {
  it("begins the next time where the source ended", async () => {
    expect(await fetch()).toMatchObject({ new: 9 });
    await fetch();
    expect(positions).toEqual([undefined, { page: 3 }]);
  });

  it("that fails keeps what came before, and resumes there", async () => {
    at = { page: 2, what: "throw" };
    await expect(fetch()).rejects.toBe(fault);
    expect(await library.countPapers()).toBe(6);
    at = undefined;
    expect(await fetch()).toMatchObject({ read: 3, new: 3 });
  });

  it("keeps the records of a page with a fault, and requests that page again", async () => {
    at = { page: 1, what: "fault" };
    await expect(fetch()).rejects.toBe(fault);
    expect(await library.countPapers()).toBe(6);
    at = undefined;
    expect(await fetch()).toMatchObject({ new: 3, unchanged: 3 });
    expect(positions[1]).toEqual({ page: 1 });
  });

  it("that is interrupted within a page requests that page again", async () => {
    at = { page: 1, what: "abort" };
    expect((await fetch()).read).toBeLessThan(9);
    at = undefined;
    controller = new AbortController();
    await fetch();
    expect(positions[1]).toEqual({ page: 1 });
    expect(await library.countPapers()).toBe(9);
  });

  it("ends at its limit, counted across interruptions, and starts over after it", async () => {
    at = { page: 1, what: "throw" };
    await expect(fetch({ limit: 5 })).rejects.toBe(fault);
    at = undefined;
    expect(await fetch({ limit: 5 })).toMatchObject({ read: 2 });
    expect(await fetch({ limit: 5 })).toMatchObject({ read: 5, unchanged: 5 });
  });

  it("starts over on request", async () => {
    await fetch();
    await fetch({}, { restart: true });
    expect(positions).toEqual([undefined, undefined]);
  });

  it("distinguishes requests and addresses, but not the order of options", async () => {
    await fetch({ from: "2026-01-01", to: "2026-02-01" });
    await fetch({ to: "2026-02-01", from: "2026-01-01", set: undefined });
    await fetch({ words: ["kin"] });
    await fetch({ from: "2026-01-01", to: "2026-02-01" }, {}, { ...session, address: "https://y.org" });
    expect(positions).toEqual([undefined, { page: 3 }, undefined, undefined]);
  });

  it("has exclusive use of its service", async () => {
    const release = await library.claim("fetch service");
    await expect(fetch()).rejects.toMatchObject({ code: "library_busy", mend: expect.stringContaining("one process at a time") });
    await release?.();
    expect(await fetch()).toMatchObject({ new: 9 });
    expect(await library.claim("fetch service")).toBeDefined();
  });
});
