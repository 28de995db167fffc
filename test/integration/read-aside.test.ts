/** Files read in a worker thread: the events equal those of reading in this thread, in order, and stopping early ends the thread. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiledModule } from "../../src/compiled.ts";
import { AppError } from "../../src/core/errors.ts";
import type { NewPaper } from "../../src/core/paper.ts";
import { keysOf } from "../../src/core/paper-keys.ts";
import type { FileEvent } from "../../src/core/source.ts";
import { readAside } from "../../src/sources/read-aside.ts";
import { readFiles } from "../../src/sources/read-files.ts";

const thread = compiledModule("sources/reading-thread");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paperkin-aside-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => JSON.stringify({ id: `k:${at}`, title: `Kettle ${at}` }));

async function all(events: AsyncIterable<FileEvent>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const event of events) {
    if (event.kind === "fault") expect(event.error).toBeInstanceOf(AppError);
    found.push(
      event.kind === "fault" ? { code: event.error.code, explanation: event.error.explanation } : JSON.parse(JSON.stringify(event)),
    );
  }
  return found;
}

function isPaper(event: unknown): event is { readonly kind: "paper"; readonly paper: NewPaper } {
  return (event as { kind?: string }).kind === "paper";
}

describe("files read in a worker thread", () => {
  test("give the same events in the same order, including faults and refusals", async () => {
    const packed = gzipSync(lines(60_000).join("\n"));
    const paths = [
      file("good.jsonl", lines(1_001).join("\n")),
      file("broken.jsonl", [...lines(2), "{", JSON.stringify({ id: "k:x" })].join("\n")),
      join(folder, "missing.jsonl"),
      file("cut.jsonl.gz", packed.subarray(0, packed.length / 2)),
      file("strange.bin", Buffer.from([0, 1, 2, 3])),
      file("empty.jsonl", ""),
      file("list.bib", "@article{a, title={Of kettles}, author={Ann Ash}, year={2020}}"),
    ];
    const here = await all(readFiles(paths, undefined));
    // A paper arrives with the values by which stores find and compare it.
    const withKeys = here.map((event) => (isPaper(event) ? { ...event, keys: keysOf(event.paper) } : event));
    expect(await all(readAside({ paths, format: undefined }, thread))).toEqual(withKeys);
    expect(here.filter((event) => (event as { code?: string }).code !== undefined)).toHaveLength(4);
    expect(here.length).toBeGreaterThan(20_000);
  });

  test("fail as they do when read in this thread", async () => {
    const task = { paths: [file("good.jsonl", lines(3).join("\n"))], format: "nonsense" };
    await expect(all(readFiles(task.paths, task.format))).rejects.toThrow("nonsense");
    await expect(all(readAside(task, thread))).rejects.toThrow("nonsense");
  });

  test("are read no further than their events are consumed", async () => {
    const path = file("long.jsonl", lines(50_000).join("\n"));
    const events = readAside({ paths: [path], format: undefined }, thread)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ kind: "paper" });
    // This ends the thread: otherwise this process would never exit.
    expect(await events.return?.()).toMatchObject({ done: true });
  });
});
