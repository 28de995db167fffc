/** Assembles the readers of papers: from files, requests, services, and the starter corpus. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { starterFolder } from "./app.ts";
import { compiledModule, version } from "./compiled.ts";
import type { Config } from "./config.ts";
import type { FileEvent, SourceRecord } from "./core/source.ts";
import type { Engine } from "./engine/engine.ts";
import { seedLibrary } from "./engine/starter.ts";
import { inTurns } from "./engine/turns.ts";
import { toUtf8 } from "./sources/decode-text.ts";
import { gapOf, LiveClient } from "./sources/live/client.ts";
import { liveSources } from "./sources/live/registry.ts";
import { inflated, openInput } from "./sources/open-input.ts";
import { isAnyThere } from "./sources/open-inputs.ts";
import { readAside } from "./sources/read-aside.ts";
import { readFiles, readPapers, readSent as readWholeFile } from "./sources/read-files.ts";
import { formatNamed, formatOfMediaType, formats } from "./sources/registry.ts";

/** Files of less are read before a thread could have started. */
const asideFromBytes = 1_000_000;

/**
 * Reads all records of files, as {@link readFiles} does; large files are read in a separate thread.
 * @param signal stops waiting for input that does not come, for example from a pipe that stays open.
 */
export function readFilesOf(paths: readonly string[], format: string | undefined, signal?: AbortSignal): AsyncIterable<FileEvent> {
  const sizeOf = (path: string) => {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() === true ? found.size : asideFromBytes;
    } catch {
      // In a folder that may not be looked into: reading it says so.
      return 0;
    }
  };
  const sizeBytes = paths.reduce((sum, path) => sum + sizeOf(path), 0);
  // Standard input can only be read in this thread.
  if (paths.includes("-")) {
    signal?.addEventListener("abort", () => process.stdin.destroy(), { once: true });
    return readFiles(paths, format);
  }
  if (sizeBytes < asideFromBytes) return readFiles(paths, format);
  return readAside({ paths, format }, compiledModule("sources/reading-thread"), signal);
}

/**
 * Records that are read before the event loop gets a turn to serve other requests. Measured (2026-11-28, 2 cores at load 16): 11 MB of tiny
 * records, or 0.2 MB compressed, block it for 0.4 s instead of 38 s.
 */
const readAtOnce = 100;

/**
 * Reads the body of a request, compressed or not, in any encoding and format. Throws what `readPapers` does, and `unsupported_format` for a
 * type that is not text.
 * @param type its media type, without parameters.
 * @param name of an uploaded file; its ending helps to recognise the format.
 */
export async function readBody(
  bytes: AsyncIterable<Uint8Array>,
  type: string,
  format: string | undefined,
  name = "request body",
): Promise<AsyncIterable<SourceRecord>> {
  const named = format ?? formatOfMediaType(type)?.name;
  // Yields both per chunk and per number of records: compressed chunks may contain many small records, and large records span many chunks.
  return inTurns(await readPapers({ name, bytes: toUtf8(inTurns(inflated(name, bytes), 1)) }, named), readAtOnce);
}

/** Reads an uploaded file with its name, which may be an archive. */
export function readSent(name: string, bytes: Buffer): AsyncIterable<FileEvent> {
  return inTurns(readWholeFile(name, bytes), readAtOnce);
}

/**
 * The client for live sources, with the addresses and keys of a configuration. Feeds that it schedules may also have private addresses.
 * Throws `invalid_config`.
 */
export function openLiveClient({ sources, schedules }: Config): LiveClient {
  for (const source of liveSources) gapOf(source, sources[source.name]);
  const feeds = schedules.flatMap(({ fetch: [source, ...words] }) => (source === "feed" ? words.filter((word) => URL.canParse(word)) : []));
  return new LiveClient({ version, settings: sources, feeds });
}

/**
 * Adds the starter corpus to a library that has never contained anything.
 * @returns whether it did.
 */
export async function addStarter(engine: Engine): Promise<boolean> {
  const input = await openInput(join(starterFolder, "corpus.jsonl"));
  return await seedLibrary(engine, formatNamed("paperkin").read(input), join(starterFolder, "topics.json"));
}

export type { LiveClient };
// Parts of the sources that commands need.
export { formatNamed, formats, isAnyThere, liveSources };
