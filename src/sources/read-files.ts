/** All records of the files that a person names, in one pass; a bad file does not affect the others. */
import { AppError, toAppError } from "../core/errors.ts";
import type { FileEvent, SourceInput, SourceRecord } from "../core/source.ts";
import { openInputs, openSent } from "./open-inputs.ts";
import { formatNamed, recognizeFormat } from "./registry.ts";

/** @param paths files, folders, patterns, archives; `-` is standard input. Throws `unsupported_format` if `format` does not exist. */
export async function* readFiles(paths: readonly string[], format: string | undefined): AsyncIterable<FileEvent> {
  if (format !== undefined) formatNamed(format);
  for (const path of paths) yield* readInputs(() => openInputs(path), format);
}

/** The records of an uploaded file, which may be an archive. @param name of the file. */
export function readSent(name: string, bytes: Buffer): AsyncIterable<FileEvent> {
  return readInputs(() => openSent(name, bytes), undefined);
}

function readInputs(open: () => AsyncIterable<SourceInput>, format: string | undefined): AsyncIterable<FileEvent> {
  return sparing(async function* () {
    for await (const input of open()) {
      yield* sparing(async function* () {
        let isEmpty = true;
        for await (const record of await readPapers(input, format)) {
          isEmpty = false;
          yield record;
        }
        // An empty list is valid. But reading a file as the wrong format also yields nothing, and must not go unnoticed.
        if (isEmpty && format !== undefined) throw nothingOf(input, format);
      });
    }
  });
}

/**
 * The records in a named format, or in the format that is recognised. Throws `unsupported_format`, and `invalid_request` for an empty
 * input.
 */
export async function readPapers(input: SourceInput, format: string | undefined): Promise<AsyncIterable<SourceRecord>> {
  if (format !== undefined) return formatNamed(format).read(input);
  const recognized = await recognizeFormat(input);
  if (recognized === undefined)
    throw new AppError("invalid_request", `${input.name} is empty.`, {
      mend: "Give it at least one paper.",
    });
  return recognized.format.read(recognized.input);
}

function nothingOf({ name }: SourceInput, format: string): AppError {
  return new AppError("unsupported_format", `Nothing in ${name} is a record of the format ${format}.`, {
    mend: "Name the format that it is in, or none to have it found out.",
  });
}

/** Errors that concern one file only, so that the others are still read. */
const costsAFile: ReadonlySet<AppError["code"]> = new Set(["file_unreadable", "unsupported_format", "invalid_request"]);

async function* sparing(read: () => AsyncIterable<FileEvent>): AsyncIterable<FileEvent> {
  try {
    yield* read();
  } catch (thrown) {
    const error = toAppError(thrown);
    if (!costsAFile.has(error.code)) throw thrown;
    yield { kind: "fault", error };
  }
}
