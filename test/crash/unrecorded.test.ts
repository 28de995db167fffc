/** A disk that refuses a write at any moment of a delivery: what cannot be recorded is not sent, and nothing is sent twice. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect } from "vitest";
import { SmtpTransport } from "../../src/delivery/smtp.ts";
import { HashingEmbedder } from "../../src/embedding/hashing-embedder.ts";
import { Engine } from "../../src/engine/engine.ts";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { inForms } from "../long-forms.ts";
import { SmtpService } from "../unit/delivery/smtp-service.ts";

const child = fileURLToPath(new URL("../../scripts/bench/child-deliver.mjs", import.meta.url));
const canLimit = spawnSync("prlimit", ["--version"]).status === 0;
const due = Date.parse("2026-03-02T07:00:00Z");
/** What SQLite appends to its log for a page, and the size of the shared memory beside it, which has to be created. */
const [frameBytes, sharedBytes] = [4_120, 32_768];

const openAt = (folder: string) => LocalLibrary.open({ folder, create: true, maintain: false });

async function prepare(folder: string): Promise<void> {
  const engine = new Engine(await openAt(folder), new HashingEmbedder(), { now: () => new Date(due - 12 * 3_600_000) });
  const wanted = { channel: "mail", kind: "trending", weekdays: [1], hour: 7, timeZone: "UTC", wantsEmpty: true } as const;
  await engine.digests.subscribe("me", { ...wanted, address: "ada@example.org" }, true);
  await engine.close();
}

/** Like {@link child}, but in this process. */
async function deliver(folder: string, port: number, now: number): Promise<void> {
  const engine = new Engine(await openAt(folder), new HashingEmbedder(), { now: () => new Date(now), publicUrl: "https://papers.example" });
  const mail = new SmtpTransport({ host: "127.0.0.1", port, from: "papers@example.org", tls: "none" });
  await engine.digests.deliverDue({ transports: { mail } });
  await engine.close();
}

/** @returns the exit code of a process that delivers while no file may grow, and what it reports. */
async function deliverWithin(bytes: number, folder: string, port: number): Promise<{ code: unknown; errors: string }> {
  const argument = JSON.stringify({ folder, port, now: due, silenceMs: 10_000 });
  const sender = spawn("prlimit", [`--fsize=${bytes}`, process.execPath, child, argument], { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  sender.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const [code] = await once(sender, "close");
  return { code, errors };
}

/** A connection that keeps the log, and has made it longer than the shared memory. */
function holdLog(file: string): Database.Database {
  const db = new Database(file);
  db.pragma("wal_autocheckpoint = 0");
  const again = db.prepare("UPDATE meta SET value = value WHERE rowid = (SELECT max(rowid) FROM meta)");
  for (let frames = 0; frames * frameBytes < sharedBytes; frames++) again.run();
  return db;
}

describe.skipIf(!canLimit)("a message that cannot be recorded (skipped without prlimit)", { timeout: 300_000 }, () => {
  const name = (step: number) =>
    `is not sent, whichever ${step === 1 ? "" : "other "}one of its records is refused, and comes once when there is room again`;
  inForms([2, 1], name, async (step) => {
    const parent = await makeTemporaryFolder();
    const service = await SmtpService.start();
    const outcomes = new Map<string, number>();
    try {
      await prepare(join(parent.path, "before"));
      let isOver = false;
      for (let frames = 0; !isOver; frames += step) {
        const folder = join(parent.path, String(frames));
        await cp(join(parent.path, "before"), folder, { recursive: true });
        const log = holdLog(join(folder, "library.sqlite"));
        const limit = (await stat(join(folder, "library.sqlite-wal"))).size + frames * frameBytes;
        const before = service.mails.length;
        const limited = await deliverWithin(limit, folder, service.port);
        const taken = service.mails.length - before;
        isOver = limited.code === 0;
        if (!isOver) expect(limited.errors, `${frames} frames`).toMatch(/SQLITE_IOERR_WRITE|storage_failed/);
        for (const hours of [1, 2]) await deliver(folder, service.port, due + hours * 3_600_000);
        log.close();
        const library = await openAt(folder);
        const [delivery] = await library.delivery.deliveries();
        const findings = (await library.verify({ repair: false })).filter(({ state }) => state !== "ok");
        await library.close();
        expect(findings).toEqual([]);
        const all = service.mails.length - before;
        expect(all, `${frames} frames: ${delivery?.state}`).toBeLessThanOrEqual(1);
        if (delivery?.state === "sent") expect(all).toBe(1);
        else expect(delivery, `${frames} frames`).toMatchObject({ state: "unknown", date: "2026-03-02" });
        const outcome = `${isOver ? "room" : "no room"}: ${taken} taken, then ${all}, ${delivery?.state}`;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    } finally {
      await service.close();
      await parent.remove();
    }
    // Refused once before it was sent, and once when its arrival was to be recorded.
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(["no room: 0 taken, then 1, sent", "no room: 1 taken, then 1, unknown"]));
  });
});
