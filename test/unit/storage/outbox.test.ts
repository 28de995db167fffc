/** The outbox keeps the messages of all days: the queries made every minute, for each subscription, must not scan all of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openDatabase } from "../../../src/storage/local/database.ts";
import { DeliveryTable } from "../../../src/storage/local/delivery-table.ts";
import { databaseName } from "../../../src/storage/local/library-files.ts";

const folder = mkdtempSync(join(tmpdir(), "paperkin-outbox-"));
const db = openDatabase(join(folder, databaseName), { create: true });
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

it("a subscription's messages, and those in some states, are looked up in an index", async () => {
  const asked: string[] = [];
  const prepare = db.prepare.bind(db);
  Object.assign(db, {
    prepare: (sql: string) => {
      const statement = prepare(sql);
      const all = statement.all.bind(statement);
      statement.all = (...parameters) => {
        asked.push(`EXPLAIN QUERY PLAN ${sql}`);
        return all(...parameters);
      };
      return statement;
    },
  });
  const store = new DeliveryTable(db);
  await store.deliveries({ subscription: "a" });
  await store.deliveries({ subscription: "a", states: ["sent", "empty"] });
  await store.deliveries({ states: ["pending"] });
  const plans = asked.map((sql) => (prepare(sql).all(null) as { detail: string }[]).map(({ detail }) => detail).join("; "));
  expect(plans).toHaveLength(3);
  for (const plan of plans) expect(plan).toMatch(/^SEARCH outbox USING INDEX/);
});
