/** What a server reports about its background work. */
import { expect, it } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import { HashingEmbedder } from "../../../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { Maintenance } from "../../../../src/engine/upkeep/maintenance.ts";
import { notesOfHealth } from "../../../../src/engine/upkeep/status.ts";
import { MemoryLibrary } from "../../../../src/storage/memory/memory-library.ts";

class FullLibrary extends MemoryLibrary {
  override async lastChange(): Promise<number> {
    throw new AppError("storage_full", "There is no space left.", { mend: "Free some." });
  }
}

async function expectFault(library: MemoryLibrary, before: string | undefined, after: string | undefined): Promise<void> {
  const engine = new Engine(library, new HashingEmbedder());
  engine.backgroundFault = before;
  const maintenance = new Maintenance(engine, { onError: () => undefined, onEmbedded: () => undefined });
  maintenance.start();
  await expect.poll(() => engine.backgroundFault).toBe(after);
  await maintenance.stop();
  await engine.close();
}

it("failing work that is retried is reported for as long as it fails", async () => {
  const fault = "There is no space left. Free some.";
  await expectFault(new FullLibrary(), undefined, fault);
  expect(notesOfHealth({ rebuilds: [], writesStopped: undefined }, undefined, fault)).toEqual([
    `background work fails, and is retried: ${fault}`,
  ]);
  // If writing has stopped altogether, that is reported once.
  expect(notesOfHealth({ rebuilds: [], writesStopped: fault }, undefined, fault)).toEqual([`writing has stopped: ${fault}`]);
  await expectFault(new MemoryLibrary(), fault, undefined);
});
