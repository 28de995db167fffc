/** A library whose database another connection has locked, in a process that keeps answering. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CheckpointFolder } from "../../../src/storage/local/checkpoint.ts";
import { patiently } from "../../../src/storage/local/patience.ts";
import { embedAll, inventPapers, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

describe("writing while another process has the database locked", () => {
  let folder: LibraryFolder;
  let other: Database.Database;

  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    other.close();
    await folder.remove();
  });

  /** In this process: if the event loop were blocked, the lock would never be released. */
  function lockFor(ms: number): Promise<void> {
    other = new Database(join(folder.path, "library.sqlite"));
    other.exec("BEGIN IMMEDIATE");
    return delay(ms).then(() => {
      other.exec("ROLLBACK");
    });
  }

  it("waits alongside other requests, and succeeds in the end", async () => {
    const library = await folder.open({ answering: true });
    await library.upsert(inventPapers(3));
    const unlocked = lockFor(300);
    let isLocked = true;
    void unlocked.then(() => {
      isLocked = false;
    });
    const writes = [
      library.remove(["invented:0"]),
      library.jobs.put(job),
      library.personal.addPerson("Ada"),
      library.openGeneration(testSpec),
    ];
    expect((await library.eachPaper(0, 10)).length).toBe(3);
    expect(isLocked).toBe(true);
    await Promise.all(writes);
    expect(isLocked).toBe(false);
    expect([await library.jobs.get(job.id), await library.personal.people()]).toEqual([job, ["Ada"]]);
    expect(await library.liveGeneration()).toMatchObject(testSpec);
  });

  it("removes a generation in pieces, each of which waits", async () => {
    const library = await folder.open({ answering: true });
    const generation = await library.fillGeneration(testSpec);
    const unlocked = lockFor(200);
    await library.dropGeneration(generation);
    await unlocked;
    expect(await library.generations()).toEqual([]);
  });

  it("copies embeddings in pieces, each of which waits", async () => {
    const library = await folder.open({ answering: true });
    const live = await library.openGeneration(testSpec);
    await library.upsert(inventPapers(250));
    await embedAll(library, live);
    const filling = await library.fillGeneration({ ...testSpec, graph: { M: 8, efConstruction: 50 } });
    const copied: number[] = [];
    const onProgress = (done: number) => {
      if (copied.length === 0) void lockFor(200);
      copied.push(done);
    };
    expect(await library.reuseEmbeddings(filling, { onProgress })).toBe(250);
    expect(copied).toEqual([100, 200, 250]);
  });

  it("records a finished checkpoint without writing it again", async () => {
    const library = await folder.open({ answering: true, maintain: false });
    await library.upsert(inventPapers(20));
    await embedAll(library, await library.openGeneration(testSpec));
    const commit = vi.spyOn(CheckpointFolder.prototype, "commit");
    const write = vi.spyOn(CheckpointFolder.prototype, "writeFile").mockImplementationOnce(async function (
      this: CheckpointFolder,
      ...which
    ) {
      void lockFor(300);
      return await this.writeFile(...which);
    });
    await library.checkpoint();
    expect([write.mock.calls.length, commit.mock.calls.length]).toEqual([3, 1]);
    expect((await library.status()).checkpointChange).toBe(await library.lastChange());
  });

  it("retries only what was refused because another process writes", async () => {
    other = new Database(":memory:");
    let asked = 0;
    const failing = patiently(() => {
      asked++;
      throw Object.assign(new Error("no space"), { code: "SQLITE_FULL" });
    });
    await expect(failing).rejects.toThrow("no space");
    expect(asked).toBe(1);
  });
});

const job = { id: "a job", kind: "verify", state: "queued", created: "2026-01-01", changed: "2026-01-01", interruptions: 0 } as const;
