/** Pages of a database that a disk has lost. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";

export type PageKind = "internal" | "leaf" | "overflow";

/**
 * Fills pages of tables and indexes with what SQLite cannot read, in a library that nobody has open.
 * @param pick which pages of this kind, of those that each of them has.
 */
export async function tearPages(
  folder: string,
  names: readonly string[],
  kind: PageKind,
  pick: (pages: readonly number[]) => readonly number[] = (pages) => pages,
): Promise<void> {
  const path = join(folder, "library.sqlite");
  const db = new Database(path);
  db.pragma("wal_checkpoint(TRUNCATE)");
  const select = db.prepare<[string, string], number>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path").pluck();
  const torn = names.flatMap((name) => pick(select.all(name, kind)));
  const size = Number(db.pragma("page_size", { simple: true }));
  db.close();
  if (torn.length === 0) throw new Error(`${names.join(", ")} have no such ${kind} page`);
  const bytes = await readFile(path);
  for (const page of torn) bytes.fill(0xff, (page - 1) * size, page * size);
  await writeFile(path, bytes);
}
