/** Lines beside vectors: a part of a file, one text a row, read with little memory however large it is. */
import { createReadStream } from "node:fs";
import { AppError, whyUnopened } from "../core/errors.ts";

/** Bytes of a file, `end` left out. */
export interface FilePart {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Ids are short; what goes on for longer without an end of line is no list of them. */
const longestLine = 10_000;

export function unreadable(path: string, reason: string, cause?: unknown): AppError {
  return new AppError("vectors_unreadable", `${path} cannot be read as embeddings: ${reason}.`, {
    mend: "Export it again, or compare it with `paperkin embeddings export`. Nothing was changed.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Of a file of embeddings, or one beside it, that is not there or not for this user. */
export function unopened(path: string, cause: unknown): AppError {
  return new AppError("vectors_unreadable", `The file ${path} cannot be opened: ${whyUnopened(cause)}.`, {
    mend: "Check the name and that this user may read it. Nothing was changed.",
    cause,
  });
}

/** Throws `vectors_unreadable` for text that is not UTF-8, and for a line without an end. */
export async function* readLines({ path, start, end }: FilePart): AsyncGenerator<string> {
  if (start >= end) return;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  /** Without a chunk, what is left at the end: half of a character is none. */
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
