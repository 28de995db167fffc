/** Puts together what reads papers: of files, of requests, of services, and the starter corpus. */
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

/** Below this it is read before a thread could have started. */
const asideFromBytes = 1_000_000;

/**
 * All records of files as {@link readFiles} has them; large ones are read in a thread of their own.
 * @param signal ends waiting for what does not come, as from a pipe that stays open.
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
  // Standard input belongs to this thread.
  if (paths.includes("-")) {
    signal?.addEventListener("abort", () => process.stdin.destroy(), { once: true });
    return readFiles(paths, format);
  }
  if (sizeBytes < asideFromBytes) return readFiles(paths, format);
  return readAside({ paths, format }, compiledModule("sources/reading-thread"), signal);
}

/** Records that are read in one turn where a server answers others. */
const readAtOnce = 100;

/**
 * The body of a request, packed or not, in any encoding and format. @param type its media type, without parameters.
 * @param name of a file that was sent, whose ending may say more. Throws as `readPapers` does, and `unsupported_format` for a type that is no text.
 */
export async function readBody(
  bytes: AsyncIterable<Uint8Array>,
  type: string,
  format: string | undefined,
  name = "request body",
): Promise<AsyncIterable<SourceRecord>> {
  const named = format ?? formatOfMediaType(type)?.name;
  // Small records stand close together in what was packed, and large ones are many bytes: others are answered between either.
  return inTurns(await readPapers({ name, bytes: toUtf8(inTurns(inflated(name, bytes), 1)) }, named), readAtOnce);
}

/** A file that was sent, with its name; archives too. */
export function readSent(name: string, bytes: Buffer): AsyncIterable<FileEvent> {
  return inTurns(readWholeFile(name, bytes), readAtOnce);
}

/** Asks services for papers, at the addresses and with the keys of a configuration; those of its scheduled feeds may be private too. Throws `invalid_config`. */
export function openLiveClient({ sources, schedules }: Config): LiveClient {
  for (const source of liveSources) gapOf(source, sources[source.name]);
  const feeds = schedules.flatMap(({ fetch: [source, ...words] }) => (source === "feed" ? words.filter((word) => URL.canParse(word)) : []));
  return new LiveClient({ version, settings: sources, feeds });
}

/** Fills a library that never held anything with the starter corpus. @returns whether it did. */
export async function addStarter(engine: Engine): Promise<boolean> {
  const input = await openInput(join(starterFolder, "corpus.jsonl"));
  return await seedLibrary(engine, formatNamed("paperkin").read(input), join(starterFolder, "topics.json"));
}

export type { LiveClient };
// What commands need of the sources.
export { formatNamed, formats, isAnyThere, liveSources };
