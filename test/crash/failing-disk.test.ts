/**
 * A disk that refuses writes at any point (a limit on file size, which makes `write` fail), and one that
 * does not sync: nothing is acknowledged that is not stored, reading continues, and writing resumes, or stops permanently.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { LocalLibrary } from "../../src/storage/local/local-library.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { eventually, paperkin, Server, temporaryFolder } from "../integration/command-line.ts";
import { inForms, wantsAll } from "../long-forms.ts";

const writer = fileURLToPath(new URL("import-child.mjs", import.meta.url));
const canLimit = spawnSync("prlimit", ["--version"]).status === 0;
const canTrace = spawnSync("strace", ["-o", "/dev/null", "true"], { cwd: mkdtempSync(join(tmpdir(), "paperkin-trace-")) }).status === 0;

const invented = (number: number) => ({
  papers: [{ id: `X:${number}`, title: `Paper ${number}`, abstract: `About copper kettles ${number}. `.repeat(40) }],
});

async function post(server: Server, number: number): Promise<{ status: number; body: { code?: string; detail?: string } }> {
  const headers = { "content-type": "application/json" };
  const answer = await server.get("/v1/papers", { method: "POST", headers, body: JSON.stringify(invented(number)) });
  return { status: answer.status, body: (await answer.json()) as { code?: string } };
}

/** Of those that were acknowledged. */
async function missingFrom(data: string, ids: readonly string[]): Promise<string[]> {
  const library = await LocalLibrary.open({ folder: data, create: false, maintain: false, searchable: false });
  const found = await library.resolve(ids);
  await library.close();
  return ids.filter((_, at) => found[at] === undefined);
}

const ready = async (server: Server) =>
  (await (await server.get("/health/ready")).json()) as { status: string; notes: string[]; health: { writesStopped: string | null } };

afterAll(() => Server.stopAll());

describe.skipIf(!canLimit)("I1: writes that fail (skipped without prlimit)", { timeout: 300_000 }, () => {
  // From before the database can be created, through its log, to the files of a checkpoint.
  const sizes = [1, 400, 1800, 20, 90, 250, 600, 900, 1300, 2500];
  const atSizes = (count: number) =>
    `at ${count} sizes of any file end a process that writes, with what it acknowledged, and leave a sound library`;
  inForms([3, sizes.length], atSizes, async (count) => {
    const folder = await makeTemporaryFolder();
    let acknowledged = 0;
    const ends = new Set<string>();
    for (const kilobytes of sizes.slice(0, count)) {
      const data = join(folder.path, String(kilobytes));
      const child = spawn("prlimit", [`--fsize=${kilobytes * 1024 + 100}`, "node", writer, data, "0"], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [said, errors, code] = await endOf(child);
      expect(code, `${kilobytes} kB: ${errors}`).toBe(1);
      ends.add(/code: '(\w+)'/.exec(errors)?.[1] ?? errors);
      const gone = new Set([...said.matchAll(/^removed (.*)$/gm)].map(([, id]) => id));
      const stored = [...said.matchAll(/^stored (.*)$/gm)].flatMap(([, id = ""]) => (gone.has(id) ? [] : [id]));
      if (stored.length === 0) continue;
      acknowledged += stored.length;
      expect(await missingFrom(data, stored), `${kilobytes} kB`).toEqual([]);
      const library = await LocalLibrary.open({ folder: data, create: false, maintain: true });
      const findings = await library.verify({ repair: false });
      expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
      await library.close();
    }
    await folder.remove();
    expect(acknowledged).toBeGreaterThan(10 * count);
    // As thrown, and as reported when opening the library meets it.
    expect([...ends].filter((end) => end !== "SQLITE_IOERR_WRITE" && end !== "storage_failed")).toEqual([]);
    expect(ends.size).toBe(2);
  });

  it("are refused by a server that continues reading, and resumes writing by itself", async () => {
    const folder = temporaryFolder();
    const data = join(folder.path, "library");
    const server = await Server.start(["--data", data, "--no-starter"]);
    const limit = (bytes: string) => execFileSync("prlimit", ["--pid", String(server.pid), `--fsize=${bytes}`]);
    const stored = ["X:0"];
    expect((await post(server, 0)).status).toBe(200);
    const headers = { "content-type": "application/json" };
    const interest = await server.get("/v1/interests", { method: "POST", headers, body: '{"words":"copper kettles"}' });
    expect(interest.status).toBe(201);
    const picks = async () => {
      const answer = await server.get("/v1/picks");
      return { status: answer.status, body: await answer.json() };
    };
    const embedded = () =>
      eventually(async () => {
        const { backlog } = (await (await server.get("/v1/index")).json()) as { backlog: number };
        return backlog === 0 ? true : undefined;
      });
    await embedded();
    limit("4096:unlimited");
    // If they had not been stored, they would differ the next time.
    expect(await picks()).toMatchObject({ status: 503, body: { code: "storage_failed" } });
    for (let number = 1; number < 6; number++)
      expect(await post(server, number)).toMatchObject({
        status: 503,
        body: { code: "storage_failed", detail: expect.stringContaining("disk") },
      });
    for (const path of ["/v1/search?q=copper+kettles", "/v1/papers/X:0"]) expect((await server.get(path)).status).toBe(200);
    expect((await ready(server)).health.writesStopped).toBeNull();
    limit("unlimited:unlimited");
    for (let number = 6; number < 9; number++) {
      expect(await post(server, number)).toMatchObject({ status: 200 });
      stored.push(`X:${number}`);
    }
    await embedded();
    const made = await picks();
    expect(made.status).toBe(200);
    expect(await picks()).toEqual(made);
    expect(await server.stop()).toBe(0);
    expect(await missingFrom(data, stored)).toEqual([]);
    expect((await paperkin(["verify", "--data", data])).code).toBe(0);
    folder.remove();
  });
});

describe.skipIf(!canTrace || !wantsAll)(
  "I1: a disk that does not sync (skipped where strace may not look into a process)",
  { timeout: 300_000 },
  () => {
    it("stops writing until the server is restarted, reports it, and leaves reading available", async () => {
      const folder = temporaryFolder();
      const data = join(folder.path, "library");
      const serve = () => Server.start(["--data", data, "--no-starter"], { PAPERKIN_LOG_LEVEL: "warn" });
      let server = await serve();
      expect((await post(server, 0)).status).toBe(200);
      expect(await ready(server)).toMatchObject({ status: "ready", notes: [], health: { writesStopped: null } });
      const failing = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"];
      const disk = spawn("strace", [...failing, "-p", String(server.pid)], { stdio: "ignore" });
      let refused: Awaited<ReturnType<typeof post>> | undefined;
      const stored = ["X:0"];
      // Until strace attaches to the process, the disk works normally.
      for (let number = 1; refused === undefined; number++) {
        const answer = await post(server, number);
        if (answer.status === 200) stored.push(`X:${number}`);
        else refused = answer;
      }
      expect(refused).toMatchObject({
        status: 503,
        body: { code: "storage_failed", detail: expect.stringContaining("start the server again") },
      });
      const ended = once(disk, "exit");
      disk.kill();
      await ended;
      // The disk syncs again, but nobody knows what it lost.
      expect(await post(server, 10_000)).toMatchObject({ status: 503, body: { code: "storage_failed" } });
      expect(
        (
          await server.get("/v1/interests", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: '{"words":"kettles"}',
          })
        ).status,
      ).toBe(503);
      for (const path of ["/v1/search?q=copper+kettles", "/v1/papers/X:0", "/admin"])
        expect((await server.get(path)).status, path).toBe(200);
      expect(await ready(server)).toMatchObject({
        status: "ready",
        notes: [expect.stringMatching(/^writing has stopped: /)],
        health: { writesStopped: expect.stringContaining("SQLITE_IOERR_FSYNC") },
      });
      expect(await (await server.get("/metrics")).text()).toMatch(/^paperkin_writes_stopped 1$/m);
      await eventually(async () => (server.log.includes('"msg":"writing has stopped: ') ? true : undefined));
      expect(await server.stop()).toBe(0);
      server = await serve();
      expect((await post(server, 10_001)).status).toBe(200);
      expect(await server.stop()).toBe(0);
      expect(await missingFrom(data, [...stored, "X:10001"])).toEqual([]);
      expect((await paperkin(["verify", "--data", data])).code).toBe(0);
      folder.remove();
    });
  },
);

async function endOf(child: ChildProcess): Promise<[said: string, errors: string, code: number | null]> {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.on("data", (chunk: Buffer) => {
      text[name] += chunk.toString("utf8");
    });
  const [code] = (await once(child, "close")) as [number | null];
  return [text.stdout, text.stderr, code];
}
