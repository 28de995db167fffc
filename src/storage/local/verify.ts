/** Checks the library's invariants (I1–I4), from the database to the files next to it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { describeHolder } from "../../core/holder.ts";
import type { Finding } from "../../core/upkeep.ts";
import { makeAnew } from "./database-anew.ts";
import type { Checked, VerifyParts } from "./verify-check.ts";
import { checkDatabase, checkDerived, checkIndexes, type DatabaseFaults, faultsOfDatabase, noFaults } from "./verify-database.ts";
import { checkFiles, checkVectors, checkWords } from "./verify-derived.ts";
import { checkPeople } from "./verify-people.ts";
import { checkEmbeddings, checkGenerations, checkIds, checkPapers } from "./verify-stored.ts";

export async function verifyLibrary(parts: VerifyParts): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (name: string, run: () => Promise<Checked>) => {
    parts.onProgress?.(name);
    findings.push({ check: name, ...(await run()) });
    await nextTurn();
  };
  const { db, repair } = parts;
  const mend = (tables: readonly string[]) => makeAnew(db, tables, (step) => parts.onProgress?.(step));
  let faults: DatabaseFaults = noFaults;
  await check("database", async () => {
    faults = faultsOfDatabase(db);
    return checkDatabase(faults);
  });
  if (faults.tables.length > 0) return findings;
  await check("derived tables", async () => checkDerived(faults, repair ? mend : undefined));
  // The indexes were rebuilt together with the tables.
  if (findings.at(-1)?.state === "repaired") faults = noFaults;
  await check("database indexes", async () => checkIndexes(faults, repair && faults.derived.size === 0 ? () => mend([]) : undefined));
  // Lookups in damaged tables would report faults of intact data.
  if (findings.slice(1).some(({ state }) => state === "damaged")) return findings;
  await check("people", async () => checkPeople(parts));
  await check("papers", () => checkPapers(parts));
  await check("ids", async () => checkIds(parts));
  await check("generations", async () => checkGenerations(parts));
  const { generation, vectors } = parts;
  if (generation !== undefined) await check("embeddings", () => checkEmbeddings(parts, generation));
  await check("index files", () => checkFiles(parts));
  await check("word index", () => checkWords(parts));
  if (vectors !== undefined && generation !== undefined) await check("vector index", async () => checkVectors(parts, generation, vectors));
  // Nothing is derived from personal data.
  if (parts.repair && findings.some(({ check, state }) => check !== "people" && state !== "ok")) {
    parts.onProgress?.("rebuilding the indexes");
    return await withRebuilt(findings, { ...parts, ...(await parts.rebuild()) });
  }
  return findings;
}

/** Checks again what was rebuilt. Damage to primary data remains, as nothing here repairs it. */
async function withRebuilt(findings: readonly Finding[], parts: VerifyParts): Promise<Finding[]> {
  const { generation, vectors } = parts;
  const rebuilt = new Map<string, Checked>([
    ["index files", await checkFiles(parts)],
    ["word index", await checkWords(parts)],
  ]);
  if (vectors !== undefined && generation !== undefined) rebuilt.set("vector index", checkVectors(parts, generation, vectors));
  return findings.map((finding): Finding => {
    const now = rebuilt.get(finding.check);
    if (finding.state !== "damaged" || now === undefined) return finding;
    if (now.state === "ok") return { ...finding, state: "repaired" };
    const holder = finding.check === "index files" ? parts.filesHeldBy() : undefined;
    const why = holder === undefined ? "" : ` ${describeHolder(holder)} keeps them: stop it, and try again.`;
    return { ...finding, detail: `${now.detail}${why}` };
  });
}
