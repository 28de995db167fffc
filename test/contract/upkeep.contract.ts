/** Topics, claims, changes, and what remains after reopening. */
import { expect } from "vitest";
import type { Library } from "../../src/core/library.ts";
import { embedAll, inventPaper, inventPapers, inventVector, testSpec } from "./invented-papers.ts";
import type { Behaviours, OpenedLibrary } from "./library.contract.ts";

async function reopened(opened: OpenedLibrary): Promise<Library> {
  if (opened.reopen === undefined) throw new TypeError("this library cannot be opened again: it has to skip this test");
  return await opened.reopen();
}

/** Everything from which a library answers, for comparing before and after. */
async function answersOf(library: Library) {
  const generation = await library.openGeneration(testSpec);
  const terms = {
    terms: new Map(["lantern", "river", "kettl"].map((term) => [term, 1])),
  };
  return {
    papers: await library.eachPaper(0, 1000),
    vectors: await library.embeddings(generation, [1, 2, 3, 4, 5]),
    neighbours: await library.exactNeighbours(generation, inventVector(99), {
      k: 20,
    }),
    words: await library.matchTerms(terms, { k: 50 }),
    telling: await library.tellingTerms([1, 2, 4], 20),
    newest: await library.newest(undefined, { limit: 50, offset: 0 }),
    topics: await library.topics(),
    fetched: await library.fetchPosition("arxiv"),
    backlog: await library.backlog(generation, 0, 100),
    change: await library.lastChange(),
  };
}

async function fill(library: Library): Promise<void> {
  const generation = await library.openGeneration(testSpec);
  await library.upsert(inventPapers(40));
  await embedAll(library, generation);
  await library.remove(["X:3", "X:17"]);
  await library.upsert([inventPaper(5, { title: "Changed and waiting" }), inventPaper(50)]);
  await library.setFetchPosition("arxiv", '{"start":100}');
  await library.addTopic({
    slug: "kettles",
    name: "Kettles",
    description: "All about kettles",
  });
}

export const upkeepBehaviours: Behaviours = {
  "keeps topics by name and refuses one twice": async ({ library }) => {
    const [ladders, kettles] = [
      { slug: "l", name: "Ladders", description: "Steps" },
      { slug: "k", name: "Kettles", description: "Heat" },
    ];
    await library.addTopic(ladders);
    await library.addTopic(kettles);
    expect(await library.topics()).toEqual([kettles, ladders]);
    await expect(library.addTopic({ ...kettles, name: "Again" })).rejects.toMatchObject({ code: "topic_exists" });
    expect(await library.removeTopic("l")).toBe(true);
    expect(await library.removeTopic("l")).toBe(false);
    expect(await library.topics()).toEqual([kettles]);
  },

  "keeps how far a fetch has come until it is forgotten, without counting a change": async ({ library }) => {
    const before = await library.lastChange();
    expect(await library.fetchPosition("a")).toBeUndefined();
    await library.setFetchPosition("a", '{"start":100}');
    await library.setFetchPosition("b", "{}");
    await library.setFetchPosition("a", '{"start":200}');
    expect(await library.fetchPosition("a")).toBe('{"start":200}');
    await library.setFetchPosition("a", undefined);
    expect(await library.fetchPosition("a")).toBeUndefined();
    expect(await library.fetchPosition("b")).toBe("{}");
    expect(await library.lastChange()).toBe(before);
  },

  "passes its own checks when nothing was done to it": async ({ library }) => {
    await fill(library);
    expect(await library.health()).toEqual({ rebuilds: [], writesStopped: undefined });
  },

  "lets one process at a time claim a task": async ({ library }) => {
    const release = await library.claim("embedding");
    expect(release).toBeDefined();
    expect(await library.claim("embedding")).toBeUndefined();
    const other = await library.claim("something else");
    expect(other).toBeDefined();
    await release?.();
    const again = await library.claim("embedding");
    expect(again).toBeDefined();
    // Releasing what another one holds now does not help a third.
    await release?.();
    await again?.();
    await other?.();
  },

  "counts a change for a transaction that changes something, and none for one that does not": async ({ library }) => {
    const generation = await library.openGeneration(testSpec);
    const before = await library.lastChange();
    await library.upsert(inventPapers(3));
    const after = await library.lastChange();
    expect(after).toBe(before + 1);
    await library.upsert(inventPapers(3));
    await library.remove(["nothing"]);
    await library.putEmbeddings(generation, []);
    expect(await library.lastChange()).toBe(after);
    await library.remove(["X:1"]);
    expect(await library.lastChange()).toBe(after + 1);
  },

  "reports how many papers there are, are embedded and are waiting": async ({ library }) => {
    expect(await library.status()).toMatchObject({
      papers: 0,
      embedded: 0,
      backlog: 0,
      generation: undefined,
    });
    await fill(library);
    const status = await library.status();
    expect(status).toMatchObject({
      papers: 39,
      embedded: 38,
      backlog: 2,
      generation: testSpec,
    });
    expect(status.lastChange).toBe(await library.lastChange());
  },

  "finds itself sound": async ({ library }) => {
    await fill(library);
    await library.checkpoint();
    const findings = await library.verify({ repair: false });
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
  },

  "has no changes to follow when nobody else writes": async ({ library }) => {
    await library.upsert(inventPapers(2));
    expect(await library.refresh()).toBe(false);
  },

  "I1: answers the same after opening again without a checkpoint": async (opened) => {
    await fill(opened.library);
    const before = await answersOf(opened.library);
    expect(await answersOf(await reopened(opened))).toEqual(before);
  },

  "I1, I2: answers the same after opening again with a checkpoint, and with changes behind it": async (opened) => {
    await fill(opened.library);
    await opened.library.checkpoint();
    const atCheckpoint = await answersOf(opened.library);
    const second = await reopened(opened);
    expect(await answersOf(second)).toEqual(atCheckpoint);
    await second.remove(["X:20"]);
    await second.upsert([inventPaper(60), inventPaper(21, { abstract: "River and lantern, again and again." })]);
    const behind = await answersOf(second);
    expect(await answersOf(await reopened(opened))).toEqual(behind);
  },

  "never gives a label again after opening again": async (opened) => {
    await opened.library.upsert(inventPapers(3));
    await opened.library.remove(["X:2"]);
    const [result] = await (await reopened(opened)).upsert([inventPaper(9)]);
    expect(result?.label).toBe(4);
  },
};
