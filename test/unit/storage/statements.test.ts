/** What statements read: those that return few rows scan no table. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { CommentTable } from "../../../src/storage/local/comment-table.ts";
import { openDatabase, type Sqlite } from "../../../src/storage/local/database.ts";
import { PersonalTable } from "../../../src/storage/local/personal-table.ts";
import { makeTemporaryFolder } from "../../contract/temporary-folder.ts";

/** The statements that a table prepares. */
function statementsOf(db: Sqlite, make: (db: Sqlite) => unknown): string[] {
  const prepared: string[] = [];
  make(
    new Proxy(db, {
      get: (target, name) => {
        if (name !== "prepare") return Reflect.get(target, name, target);
        return (sql: string) => {
          prepared.push(sql);
          return target.prepare(sql);
        };
      },
    }),
  );
  return prepared;
}

it("statements about papers and people use an index", async () => {
  const folder = await makeTemporaryFolder();
  const db = openDatabase(join(folder.path, "library.sqlite"), { create: true });
  const all = [...statementsOf(db, (own) => new PersonalTable(own)), ...statementsOf(db, (own) => new CommentTable(own))];
  const narrow = all.filter((sql) => sql.startsWith("SELECT") && sql.includes("WHERE") && !sql.includes("@"));
  expect(narrow.length).toBeGreaterThan(10);
  const planOf = (sql: string) => {
    const marks = Array.from(sql.matchAll(/\?/g), () => "[]");
    return db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...marks);
  };
  const isScan = ({ detail }: { detail: string }) => /^SCAN (?:feedback|comments|interests|picks|judgments)\b/.test(detail);
  expect(narrow.filter((sql) => planOf(sql).some(isScan))).toEqual([]);
  const byPaper = narrow.filter((sql) => sql.includes("paper_id IN"));
  expect(byPaper.filter((sql) => !planOf(sql).some(({ detail }) => detail.includes("paper_id=?")))).toEqual([]);
  db.close();
  await folder.remove();
});
