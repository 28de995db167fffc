/** The position of each part of a file of embeddings, in either format, and how its header is read. */
import { open, stat } from "node:fs/promises";
import { z } from "zod";
import { modelIdSchema } from "../core/embedder.ts";
import type { VectorsDescription } from "../core/vector-rows.ts";
import type { NumberType } from "./number-type.ts";
import { type FilePart, unopened, unreadable } from "./vector-lines.ts";

export const descriptionSchema = z.object({
  model: modelIdSchema,
  preparation: z.coerce.number().int().positive(),
  truncation: z.coerce.number().int().positive().optional(),
});

export const longestHeader = 1 << 20;

/** Temporary files that collect rows until their number is known. */
export interface Spools {
  readonly vectors: string;
  readonly ids: string;
  readonly hashes: string;
}

export interface Layout extends VectorsDescription {
  readonly rows: number;
  readonly dimensions: number;
  readonly numbers: NumberType;
  readonly vectors: FilePart;
  readonly ids: FilePart;
  readonly hashes: FilePart;
}

export async function readStart(path: string, bytes: number, from = 0): Promise<Buffer> {
  await partOf(path);
  const file = await open(path, "r").catch((cause: unknown) => {
    throw unopened(path, cause);
  });
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, from);
    if (bytesRead < bytes) throw unreadable(path, "it ends within its header");
    return buffer;
  } finally {
    await file.close();
  }
}

export async function partOf(path: string): Promise<FilePart> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unopened(path, cause);
  });
  if (!found.isFile()) throw unreadable(path, "it is not a file");
  return { path, start: 0, end: found.size };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
