/** The files of a library: how they and their folders are called, and who may read them. */
import type { Generation } from "../../core/generation.ts";

/** The file that holds everything that matters. */
export const databaseName = "library.sqlite";

/** Where files of a backup are restored to, inside the library's folder. */
export const restoringName = "restoring";

/** The folder in which a library is kept while a backup is put in its place. */
export const replacedName = "replaced";

/** Of every file that holds what is in the database: its owner's alone. */
export const privateMode = 0o600;

export const manifestName = "manifest.json";

/** The folder of a generation's files, below that of the library. */
export function generationFolder({ id }: Generation): string {
  return `generation-${id}`;
}

export function isGenerationFolder(name: string): boolean {
  return /^generation-\d+$/.test(name);
}
