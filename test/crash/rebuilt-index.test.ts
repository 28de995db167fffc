/** A server that starts with damaged index files reports that it is rebuilding them, and afterwards that it did so and why. */
import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { preparationVersion } from "../../src/core/prepare.ts";
import { mulberry32 } from "../../src/core/ranking/metrics.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { childProcesses } from "../contract/child-processes.ts";
import { inventPapers } from "../contract/invented-papers.ts";
import { eventually, Server, temporaryFolder } from "../integration/command-line.ts";

const dimensions = 384;
/** More than a graph may lack and still answer; another process restores them, which can be held up. */
const papers = 4_200;

const folder = temporaryFolder();
const data = join(folder.path, "library");

beforeAll(async () => {
  const library = await LocalLibrary.open({ folder: data, create: true, maintain: false });
  const generation = await library.openGeneration({ model: "Xenova/all-MiniLM-L6-v2", dimensions, preparation: preparationVersion });
  const random = mulberry32(5);
  for (let first = 0; first < papers; first += 700) {
    await library.upsert(inventPapers(700, first));
    const waiting = await library.backlog(generation, 0, 700);
    const embeddings = waiting.map(({ label, contentHash }) => ({ label, contentHash, vector: anyVector(random), sentences: undefined }));
    await library.putEmbeddings(generation, embeddings);
  }
  await library.checkpoint();
  await library.close();
}, 300_000);
afterAll(async () => {
  await Server.stopAll();
  folder.remove();
});

function anyVector(random: () => number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

interface Readiness {
  status: string;
  vectorSearch: string;
  notes: string[];
  health: { rebuilds: { index: string; state: string; reason: string; until?: string }[] };
}

it("I2: in /health/ready, the metrics and the log", { timeout: 300_000 }, async () => {
  const files = join(data, "generation-1");
  const graph = (await readdir(files)).find((name) => name.startsWith("hnsw-")) ?? "no graph";
  await truncate(join(files, graph), 1000);
  const starting = Server.start(["--data", data], { PAPERKIN_LOG_LEVEL: "warn" });
  const builder = await eventually(async () => childProcesses(childProcesses(process.pid, data)[0] ?? 0, "index-process")[0]);
  process.kill(builder, "SIGSTOP");
  const server = await starting;
  const ready = async () => (await (await server.get("/health/ready")).json()) as Readiness;
  const metrics = async () => await (await server.get("/metrics")).text();

  const during = await ready();
  expect(during).toMatchObject({ status: "ready", vectorSearch: "exact" });
  expect(during.notes).toContainEqual(
    expect.stringMatching(new RegExp(`^rebuilding: the index of vectors, since ${graph} has 1000 bytes instead`)),
  );
  expect(during.health.rebuilds).toMatchObject([
    { index: "words", state: "rebuilt" },
    { index: "vectors", state: "rebuilding" },
  ]);
  expect(await metrics()).toMatch(/^paperkin_index_rebuilding\{index="vectors"\} 1$/m);
  expect((await server.get("/v1/search?q=copper+kettles")).status).toBe(200);

  process.kill(builder, "SIGCONT");
  const after = await eventually(async () => {
    const now = await ready();
    return now.health.rebuilds.every(({ state }) => state === "rebuilt") ? now : undefined;
  });
  expect(after.vectorSearch).toBe("hnsw");
  expect(after.notes).toContainEqual(expect.stringMatching(new RegExp(`^rebuilt: the index of vectors, since ${graph} has 1000 bytes`)));
  expect(await metrics()).toMatch(/^paperkin_index_rebuilding\{index="vectors"\} 0$/m);
  expect(await metrics()).toMatch(/^paperkin_index_rebuilds_total\{index="vectors"\} 1$/m);
  expect(await (await server.get("/admin")).text()).toContain("rebuilt: the index of vectors");
  await eventually(async () => (server.log.includes('"msg":"rebuilt: the index of vectors') ? true : undefined));
  expect(server.log).toContain('"msg":"rebuilding: the index of vectors');
  expect(await server.stop()).toBe(0);

  const again = await Server.start(["--data", data]);
  expect((await (await again.get("/health/ready")).json()) as Readiness).toMatchObject({ vectorSearch: "hnsw", notes: [] });
});
