/** What a library reports about itself while another process writes to it: concurrent changes are not damage. */
import { cpSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultGraphParameters } from "../../../src/core/generation.ts";
import { CheckpointFolder, type Manifest } from "../../../src/storage/local/checkpoint.ts";
import { embedAll, inventPaper, inventPapers, inventVector, testSpec } from "../../contract/invented-papers.ts";
import { LibraryFolder } from "./opened-library.ts";

describe("a library while another process writes", () => {
  let folder: LibraryFolder;
  beforeEach(async () => {
    folder = await LibraryFolder.make();
  });
  afterEach(() => folder.remove());

  it("is verified as sound, whatever arrives between two checks", async () => {
    const writer = await folder.openFilled(30);
    await writer.checkpoint();
    const generation = await writer.openGeneration(testSpec);
    const library = await folder.open({ maintain: false });
    const writing: Promise<unknown>[] = [];
    let next = 100;
    const findings = await library.verify({
      repair: false,
      onProgress: () => {
        // What it writes is written by the time this returns.
        const changed = inventPaper(next % 7, { title: `Another title ${next}` });
        writing.push(writer.upsert([inventPaper(next++), changed]), writer.remove([`X:${next % 20}`]));
        writing.push(embedAll(writer, generation));
      },
    });
    await Promise.all(writing);
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it("is closed without an error while it takes in new papers", async () => {
    const library = await folder.open({ maintain: false });
    const writer = await folder.open({ maintain: false });
    await writer.upsert(inventPapers(400));
    const following = library.refresh();
    await nextTurn();
    await library.close();
    await expect(following).resolves.toBe(true);
  });

  /** Two checkpoints of a closed library. @returns a function that swaps in the files of one of them, at once. */
  async function twoCheckpoints(): Promise<(which: "first" | "second") => void> {
    const writer = await folder.openFilled(40);
    await writer.checkpoint();
    const files = join(folder.path, "generation-1");
    await cp(files, join(folder.path, "first"), { recursive: true });
    await writer.upsert(inventPapers(20, 100));
    await embedAll(writer, await writer.openGeneration(testSpec));
    await writer.checkpoint();
    await writer.close();
    await cp(files, join(folder.path, "second"), { recursive: true });
    return (which) => {
      rmSync(files, { recursive: true });
      cpSync(join(folder.path, which), files, { recursive: true });
    };
  }

  it("opens correctly if files are replaced meanwhile", async () => {
    const put = await twoCheckpoints();
    put("first");
    const notices: string[] = [];
    let isReplaced = false;
    const library = await folder.open({
      onNotice: (notice) => notices.push(notice),
      onProgress: () => {
        if (!isReplaced) put("second");
        isReplaced = true;
      },
    });
    expect(notices).toEqual([]);
    expect(isReplaced).toBe(true);
    const generation = await library.openGeneration(testSpec);
    expect((await library.neighbours(generation, inventVector(45), { k: 1 }))[0]?.label).toBe(45);
    expect((await library.matchTerms({ terms: new Map([["paper", 1]]) }, { k: 99 })).total).toBe(60);
  });

  it("has a checkpoint of its own history, even if it is written while being read", async () => {
    const put = await twoCheckpoints();
    const files = new CheckpointFolder(join(folder.path, "generation-1"));
    const manifest = async () => JSON.parse((await files.named())?.manifest.text ?? "") as Manifest;
    const second = await manifest();
    put("first");
    let { library, lastChange } = await manifest();
    const generation = { ...testSpec, id: 1 };
    const reading = files.read({ library, generation, parameters: defaultGraphParameters, lastChange: () => lastChange });
    put("second");
    lastChange = second.lastChange;
    expect(await reading).toMatchObject({ manifest: { lastChange } });
  });

  it("opens correctly if papers arrive meanwhile", async () => {
    const writer = await folder.openFilled(10);
    await writer.checkpoint();
    await writer.upsert(inventPapers(400, 100));
    const notices: string[] = [];
    let isOpen = false;
    const opening = folder.open({ maintain: false, onNotice: (notice) => notices.push(notice) }).finally(() => {
      isOpen = true;
    });
    for (let next = 1_000; !isOpen; next++) await writer.upsert([inventPaper(next)]);
    await opening;
    expect(notices).toEqual([]);
  });
});
