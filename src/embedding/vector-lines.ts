/** Lines that accompany vectors: a part of a file with one line per row, read with little memory however large it is. */
import { createReadStream } from "node:fs";
import { AppError, whyUnopened } from "../core/errors.ts";

/** A range of bytes of a file; `end` is exclusive. */
export interface FilePart {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Ids are short. A longer line means that the file is not a list of them. */
const longestLine = 10_000;

export function unreadable(path: string, reason: string, cause?: unknown): AppError {
  return new AppError("vectors_unreadable", `${path} cannot be read as embeddings: ${reason}.`, {
    mend: "Export it again, or compare it with the output of `paperkin embeddings export`. Nothing was changed.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** For a file of embeddings, or one of the files beside it, that does not exist or may not be read by this user. */
export function unopened(path: string, cause: unknown): AppError {
  return new AppError("vectors_unreadable", `The file ${path} cannot be opened: ${whyUnopened(cause)}.`, {
    mend: "Check the name and that this user has permission to read it. Nothing was changed.",
    cause,
  });
}

/** Throws `vectors_unreadable` for text that is not UTF-8, and for a line that is too long. */
export async function* readLines({ path, start, end }: FilePart): AsyncGenerator<string> {
  if (start >= end) return;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  /** Without a chunk, decodes the rest, and throws if it is an incomplete character. */
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw unreadable(path, "its lines are not UTF-8", cause);
    }
  };
  let rest = "";
  for await (const chunk of createReadStream(path, { start, end: end - 1 })) {
    rest += decode(chunk as Buffer);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) throw unreadable(path, `a line has more than ${longestLine} characters`);
    yield* lines;
  }
  rest += decode();
  if (rest !== "") yield rest;
}
