/** arXiv's search and its OAI-PMH harvest, against a service that speaks their protocols. */
import { afterEach, describe, expect, it } from "vitest";
import { type Answered, type Answering, type Asked, Bench, LocalService } from "./live-service.ts";

let service: LocalService;
let bench: Bench;

afterEach(async () => {
  await bench.close();
  await service.close();
});

describe("arXiv's search", () => {
  const entry = (number: number) =>
    `<entry><id>http://arxiv.org/abs/2603.${String(number).padStart(5, "0")}v1</id><title>Paper ${number}</title><summary>About it.</summary>
     <published>2026-03-01T00:00:00Z</published><author><name>Ada Example</name></author><category term="cs.CL"/></entry>`;
  const feedOf = (total: number, entries: string) =>
    `<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title>
     <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">${total}</opensearch:totalResults>${entries}</feed>`;
  const errorFeed = feedOf(
    1,
    "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title><summary>incorrect id format for abc</summary></entry>",
  );

  /** Has so many papers. */
  function arxivOf(
    total: number,
    change: (answered: Answered, asked: Asked, number: number) => Answered = (answered) => answered,
  ): Answering {
    return (asked, number) => {
      const { searchParams } = asked.url;
      const start = Number(searchParams.get("start"));
      const count = Math.max(0, Math.min(Number(searchParams.get("max_results")), total - start));
      const body = feedOf(total, Array.from({ length: count }, (_, at) => entry(start + at)).join(""));
      return change({ body }, asked, number);
    };
  }

  async function open(answer: Answering): Promise<void> {
    service = await LocalService.start(answer);
    bench = new Bench("arxiv", service.address);
  }

  it("is read page by page, newest first", async () => {
    await open(arxivOf(450));
    expect(await bench.fetch({ words: ["dense", '"late chunking"'], from: "2026-01-01" })).toMatchObject({
      error: undefined,
      counts: { new: 450 },
    });
    expect(service.queries.map(({ start }) => start)).toEqual(["0", "200", "400"]);
    expect(service.asked[0]?.url.pathname).toBe("/api/query");
    expect(service.queries[0]).toEqual({
      search_query: 'all:dense AND all:"late chunking" AND submittedDate:[202601010000 TO 202603052359]',
      start: "0",
      max_results: "200",
      sortBy: "submittedDate",
      sortOrder: "descending",
    });
  });

  it("lists the last seven days of a category", async () => {
    await open(arxivOf(3));
    expect(await bench.fetch({ category: ["cs.CL", "cs.IR"] })).toMatchObject({ counts: { new: 3 } });
    expect(service.queries[0]?.search_query).toBe("(cat:cs.CL OR cat:cs.IR) AND submittedDate:[202602260000 TO 202603052359]");
  });

  it("passes queries in arXiv's own syntax unchanged", async () => {
    await open(arxivOf(1));
    await bench.fetch({ words: ["ti:kin", "ANDNOT", "au:example"], category: ["cs.CL"] });
    expect(service.queries[0]?.search_query).toBe("(ti:kin ANDNOT au:example) AND (cat:cs.CL)");
  });

  it("is asked with arXiv's operators between plain words too", async () => {
    await open(arxivOf(1));
    for (const [words, asked] of [
      ["graph OR tree", "(all:graph OR all:tree)"],
      ['(neural graph OR "late chunking") ANDNOT image', '((all:neural AND all:graph OR all:"late chunking") ANDNOT all:image)'],
      ["graph (tree OR forest)", "(all:graph AND (all:tree OR all:forest))"],
      ["search and (rescue)", "all:search AND all:and AND all:rescue"],
    ] as const) {
      await bench.fetch({ words: [words] });
      expect(service.queries.at(-1)?.search_query).toBe(asked);
    }
  });

  it("looks up ids in any spelling", async () => {
    await open(arxivOf(2));
    const { counts, refusals } = await bench.fetch({ ids: ["https://arxiv.org/abs/2603.00000v2", "math.GT/0309136"] });
    expect(counts).toMatchObject({ new: 2, refused: 1 });
    expect(refusals).toMatchObject([{ place: { entry: "arXiv:math/0309136" }, reason: "the source gave no paper for this id" }]);
    expect(service.queries[0]?.id_list).toBe("2603.00000,math/0309136");
    expect((await bench.fetch({ ids: ["PMID:1"] })).error).toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("PMID:1"),
    });
  });

  it("stops at its limit, and starts over afterwards", async () => {
    await open(arxivOf(1_000));
    expect(await bench.fetch({ words: ["kin"], limit: 250 })).toMatchObject({ counts: { read: 250 } });
    expect(service.queries.map(({ max_results }) => max_results)).toEqual(["200", "50"]);
    expect(await bench.fetch({ words: ["kin"], limit: 250 })).toMatchObject({ counts: { unchanged: 250 } });
  });

  it("requests a page again if it is empty although there are more papers", async () => {
    await open(arxivOf(250, (answered, _, number) => (number === 2 ? { body: feedOf(250, "") } : answered)));
    expect(await bench.fetch({ words: ["kin"] })).toMatchObject({ error: undefined, counts: { new: 250 } });
  });

  it("may find nothing without an error", async () => {
    await open(arxivOf(0));
    expect(await bench.fetch({ words: ["nothing"] })).toMatchObject({ error: undefined, counts: { read: 0 } });
  });

  it("does not repeat a request that was answered with a feed of errors", async () => {
    await open(() => ({ body: errorFeed }));
    const { error, counts } = await bench.fetch({ words: ["kin"] });
    expect(error).toMatchObject({ code: "source_refused", message: "arXiv answers: incorrect id format for abc." });
    expect(counts.read).toBe(0);
    expect(service.asked).toHaveLength(1);
  });

  it("that matches more than arXiv returns explains how to narrow it", async () => {
    await open(arxivOf(40_000));
    expect((await bench.fetch({ words: ["kin"] })).error).toMatchObject({
      code: "invalid_request",
      mend: expect.stringContaining("arxiv-oai"),
    });
    expect((await bench.fetch({})).error).toMatchObject({ code: "invalid_request", mend: expect.stringContaining("--category") });
  });

  it("that fails midway continues there the next time", async () => {
    let isDown = true;
    await open(arxivOf(450, (answered, asked) => (isDown && asked.url.searchParams.get("start") === "400" ? { status: 503 } : answered)));
    expect(await bench.fetch({ words: ["kin"] })).toMatchObject({ error: { code: "source_unreachable" }, counts: { new: 400 } });
    isDown = false;
    const before = service.asked.length;
    expect(await bench.fetch({ words: ["kin"] })).toMatchObject({ error: undefined, counts: { new: 50, read: 50 } });
    expect(service.queries.slice(before).map(({ start }) => start)).toEqual(["400"]);
    // It came to its end: the next one starts again.
    expect(await bench.fetch({ words: ["kin"] })).toMatchObject({ counts: { unchanged: 450 } });
  });
});

describe("a harvest by OAI-PMH", () => {
  interface Held {
    readonly id: number;
    readonly day: string;
  }
  const record = ({ id, day }: Held) => `<record><header><identifier>oai:arXiv.org:2603.${String(id).padStart(5, "0")}</identifier>
    <datestamp>${day}</datestamp><setSpec>cs:cs:CL</setSpec></header><metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/">
    <id>2603.${String(id).padStart(5, "0")}</id><created>2026-03-01</created><authors><author><keyname>Example</keyname></author></authors>
    <title>Paper ${id}</title><categories>cs.CL</categories><abstract>About it.</abstract></arXiv></metadata></record>`;
  const oai = (inside: string) =>
    `<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-03-05T12:00:00Z</responseDate>${inside}</OAI-PMH>`;
  const error = (code: string) => ({ body: oai(`<error code="${code}">Not that.</error>`) });
  const pageSize = 2;

  /** Gives pages of two records; tokens are `from|skip|epoch`, and those of an earlier epoch have expired. */
  class Repository {
    held: Held[] = [1, 2, 3, 4, 5].map((id) => ({ id, day: `2026-03-0${id}` }));
    epoch = 1;
    broken: ((body: string, number: number) => Answered) | undefined;

    readonly answer: Answering = ({ url }, number) => {
      const token = url.searchParams.get("resumptionToken");
      const [from = "", skip = "0", epoch = String(this.epoch)] = token?.split("|") ?? [url.searchParams.get("from") ?? ""];
      if (epoch !== String(this.epoch)) return error("badResumptionToken");
      if (url.searchParams.get("set") === "nonsense") return error("badArgument");
      const all = this.held.filter(({ day }) => day >= from);
      if (all.length === 0) return error("noRecordsMatch");
      const end = Number(skip) + pageSize;
      const next = end < all.length ? `${from}|${end}|${this.epoch}` : "";
      const body = oai(
        `<ListRecords>${all.slice(Number(skip), end).map(record).join("")}<resumptionToken expirationDate="2026-03-06">${next}</resumptionToken></ListRecords>`,
      );
      return this.broken?.(body, number) ?? { body };
    };
  }

  let repository: Repository;
  async function open(): Promise<void> {
    repository = new Repository();
    service = await LocalService.start(repository.answer);
    bench = new Bench("arxiv-oai", `${service.address}/oai`);
  }

  it("follows resumption tokens, and requests only changes the next time", async () => {
    await open();
    expect(await bench.fetch({ set: "cs:cs:CL" })).toMatchObject({ error: undefined, counts: { new: 5 } });
    expect(service.queries).toEqual([
      { verb: "ListRecords", metadataPrefix: "arXiv", set: "cs:cs:CL" },
      { verb: "ListRecords", resumptionToken: "|2|1" },
      { verb: "ListRecords", resumptionToken: "|4|1" },
    ]);
    repository.held.push({ id: 6, day: "2026-03-06" });
    expect(await bench.fetch({ set: "cs:cs:CL" })).toMatchObject({ counts: { new: 1, unchanged: 1 } });
    expect(service.queries.at(-1)).toEqual({ verb: "ListRecords", metadataPrefix: "arXiv", set: "cs:cs:CL", from: "2026-03-05" });
    // Another harvest knows nothing of it.
    await bench.fetch({ set: "math" });
    expect(service.queries.at(-3)).not.toHaveProperty("from");
  });

  it("yields nothing and keeps its datestamp if nothing changed", async () => {
    await open();
    await bench.fetch();
    repository.held = [];
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { read: 0 } });
    repository.held.push({ id: 9, day: "2026-03-09" });
    expect(await bench.fetch()).toMatchObject({ counts: { new: 1 } });
    expect(service.queries.at(-1)?.from).toBe("2026-03-05");
  });

  it("continues from its token after a failure", async () => {
    await open();
    repository.broken = (body, number) => (number >= 2 ? { status: 500 } : { body });
    expect(await bench.fetch()).toMatchObject({ error: { code: "source_unreachable" }, counts: { new: 2 } });
    repository.broken = undefined;
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 3, read: 3 } });
  });

  it("restarts at its last datestamp if its token has expired", async () => {
    await open();
    repository.broken = (body, number) => (number >= 2 ? { status: 500 } : { body });
    await bench.fetch();
    repository.broken = undefined;
    repository.epoch = 2;
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 3, unchanged: 1 } });
    expect(service.queries.filter(({ from }) => from !== undefined)[0]?.from).toBe("2026-03-02");
  });

  it("restarts from its beginning if its token has expired and its pages are not in order", async () => {
    await open();
    repository.held.reverse();
    repository.broken = (body, number) => (number >= 3 ? { status: 500 } : { body });
    expect(await bench.fetch({ from: "2026-03-01" })).toMatchObject({ counts: { new: 4 } });
    repository.broken = undefined;
    repository.epoch = 2;
    expect(await bench.fetch({ from: "2026-03-01" })).toMatchObject({ error: undefined, counts: { new: 1, unchanged: 4 } });
  });

  it("ends if its tokens are never valid", async () => {
    await open();
    repository.held = repository.held.map(({ id }) => ({ id, day: "2026-03-01" }));
    repository.broken = (body) => ({ body: body.replace(/\|1</, "|0<") });
    expect((await bench.fetch()).error).toMatchObject({ code: "source_refused", message: expect.stringContaining("resumption token") });
  });

  it("ends if its tokens form a cycle, with everything it yielded", async () => {
    await open();
    repository.broken = (body) => ({ body: body.replace(/>\|4\|1</, ">|2|1<") });
    for (const again of [false, true]) {
      const { error, counts } = await bench.fetch();
      expect(error).toMatchObject({ code: "source_refused", message: expect.stringContaining("form a loop") });
      expect(counts).toMatchObject(again ? { unchanged: 2 } : { new: 4 });
    }
    repository.broken = undefined;
    expect(await bench.fetch({}, { restart: true })).toMatchObject({ error: undefined, counts: { new: 1, unchanged: 4 } });
  });

  it.each(["2036-03-04", "soon", "9999-99-99"])("ignores the datestamp %s", async (day) => {
    await open();
    repository.held[2] = { id: 3, day };
    repository.broken = (body) => ({ body });
    await bench.fetch();
    repository.held = [{ id: 6, day: "2026-03-06" }];
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 1 } });
    expect(service.queries.at(-1)?.from).toBe("2026-03-05");
  });

  it("keeps the complete records of a truncated page, and requests that page again", async () => {
    await open();
    repository.broken = (body) => ({ body: body.slice(0, body.lastIndexOf("<title>")) });
    const { error: fault, counts } = await bench.fetch();
    expect(fault).toMatchObject({ code: "source_unreachable", message: expect.stringContaining("ends in the middle") });
    expect(counts).toMatchObject({ read: 1, new: 1 });
    repository.broken = undefined;
    expect(await bench.fetch()).toMatchObject({ error: undefined, counts: { new: 4, unchanged: 1 } });
  });

  it("reports the repository's message if it requests something that does not exist", async () => {
    await open();
    expect((await bench.fetch({ set: "nonsense" })).error).toMatchObject({
      code: "source_refused",
      message: expect.stringContaining("badArgument"),
    });
  });
});
