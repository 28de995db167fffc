/**
 * External events that end a program without a crash: a closed terminal, a signal in the middle of a backup, a log that cannot
 * be written, no descriptors left. Nothing stays behind, and a server answers for as long as it can.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { compiledModule } from "../../src/compiled.ts";
import { childProcesses } from "../contract/child-processes.ts";
import { eventually, paperkin, Server, start, temporaryFolder } from "../integration/command-line.ts";
import { copyStarterLibrary } from "../integration/starter-library.ts";
import { inForms, wantsAll } from "../long-forms.ts";

const canLimit = spawnSync("prlimit", ["--version"]).status === 0;

afterAll(() => Server.stopAll());

async function starter(): Promise<{ path: string; data: string; remove: () => void }> {
  const folder = temporaryFolder();
  const data = join(folder.path, "library");
  await copyStarterLibrary(data);
  return { ...folder, data };
}

describe("a closed terminal (SIGHUP)", { timeout: 300_000 }, () => {
  it("stops a server as SIGTERM does: its log is folded back, and it releases everything", async () => {
    const { data, remove } = await starter();
    const child = start(["serve", "--data", data, "--port", "0"], { PAPERKIN_LOG_LEVEL: "error" });
    if (child.stdout !== null) await once(child.stdout as Readable, "data");
    child.kill("SIGHUP");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(readdirSync(data).sort()).toEqual(["generation-1", "library.sqlite"]);
    remove();
  });
});

describe("a model that never finishes loading", { timeout: 300_000 }, () => {
  it("delays a server's exit no longer than a loaded model does", async () => {
    const { data, path, remove } = await starter();
    // Every embedding process hangs before it has loaded its own module.
    const hang = join(path, "hang.cjs");
    writeFileSync(hang, "if (/worker/.test(process.argv[1])) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
    const port = await freePort();
    const child = start(["serve", "--data", data, "--port", String(port), "--workers", "1"], {
      PAPERKIN_LOG_LEVEL: "error",
      NODE_OPTIONS: `--require=${hang}`,
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    let isReady = false;
    child.stdout?.on("data", () => {
      isReady = true;
    });
    // The library is open, and the server is listening.
    await eventually(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
      return ((await answer?.json()) as { status?: string } | undefined)?.status === "starting" ? true : undefined;
    });
    await eventually(async () => (childProcesses(child.pid ?? 0, "worker").length > 0 ? true : undefined));
    expect(isReady).toBe(false);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    remove();
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("a signal in the middle of a backup", { timeout: 300_000 }, () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const leaves = "leaves the whole backup or nothing, no hidden folder of copies, and the exit code of one or the other";
    it.skipIf(signal !== "SIGTERM" && !wantsAll)(`(${signal}) ${leaves}`, async () => {
      const { data, path, remove } = await starter();
      const target = join(path, "backups");
      mkdirSync(target);
      // Its duration is unknown, so several moments are tried.
      for (const laterMs of [0, 20, 60]) {
        const child = start(["backup", join(target, "one.backup"), "--data", data]);
        // Counted from its start: it may be done before it is asked to end.
        const closed = once(child, "close");
        await eventually(async () => (readdirSync(target).length > 0 || child.exitCode !== null ? true : undefined));
        await wait(laterMs);
        child.kill(signal);
        const [code] = await closed;
        // None if the signal comes while Node is exiting.
        expect([0, 130, null]).toContain(code);
        expect(readdirSync(target).filter((name) => name !== "one.backup")).toEqual([]);
        rmSync(join(target, "one.backup"), { force: true });
      }
      remove();
    });
  }
});

describe("a dry run of an import", { timeout: 300_000 }, () => {
  const taken = (times: number) => `takes its copy of the library along whenever it is asked to end (${times} times)`;
  inForms([1, 3], taken, async (times) => {
    const { data, path, remove } = await starter();
    const temporary = join(path, "temporary");
    mkdirSync(temporary);
    for (const laterMs of [30, 0, 150].slice(0, times)) {
      const child = start(["import", "-", "--dry-run", "--data", data], { TMPDIR: temporary });
      await eventually(async () => (readdirSync(temporary).length > 0 ? true : undefined));
      await wait(laterMs);
      child.kill("SIGINT");
      child.stdin?.end();
      expect(await once(child, "close")).toEqual([130, null]);
      expect(readdirSync(temporary)).toEqual([]);
    }
    // What can no longer be cleaned up is removed by the next run.
    const killed = start(["import", "-", "--dry-run", "--data", data], { TMPDIR: temporary });
    await eventually(async () => readdirSync(temporary).some((name) => existsSync(join(temporary, name, "library.sqlite"))) || undefined);
    killed.kill("SIGKILL");
    await once(killed, "close");
    expect(readdirSync(temporary)).toHaveLength(1);
    await paperkin(["import", "-", "--dry-run", "--data", data], { env: { TMPDIR: temporary } });
    expect(readdirSync(temporary)).toEqual([]);
    remove();
  });

  it("says which folder for temporary files is needed when it does not exist", async () => {
    const { data, path, remove } = await starter();
    const { code, stderr } = await paperkin(["import", "-", "--dry-run", "--data", data], { env: { TMPDIR: join(path, "gone") } });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/No folder can be made in .*gone.*Set TMPDIR to a folder/s)]);
    expect(stderr).not.toContain("at async");
    remove();
  });
});

describe.skipIf(!existsSync("/dev/full"))("a log that cannot be written (skipped without /dev/full)", { timeout: 300_000 }, () => {
  it("keeps nobody from getting an answer", async () => {
    const { data, remove } = await starter();
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [compiledModule("cli/main"), "serve", "--data", data, "--port", "0"], {
      env: { ...process.env, PAPERKIN_LOG_LEVEL: "info" },
      stdio: ["ignore", "pipe", full],
    });
    const [said] = (await once(child.stdout as Readable, "data")) as [Buffer];
    const address = /http:\S+/.exec(said.toString("utf8"))?.[0];
    for (const query of ["copper", "gravitational+waves"])
      expect((await fetch(`${address}/v1/search?mode=semantic&q=${query}`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(readdirSync(data).sort()).toEqual(["generation-1", "library.sqlite"]);
    remove();
  });
});

describe.skipIf(!canLimit || !existsSync("/proc/self/fd") || !wantsAll)(
  "running out of descriptors (skipped without prlimit and /proc)",
  { timeout: 300_000 },
  () => {
    it("keeps a server from starting processes, but not from carrying on once there are some again", async () => {
      const { data, remove } = await starter();
      const server = await Server.start(["--data", data, "--workers", "1"]);
      const limit = (files: string) => execFileSync("prlimit", ["--pid", String(server.pid), `--nofile=${files}`]);
      const search = async (query: string) => (await server.get(`/v1/search?mode=semantic&q=${query}`)).status;
      expect(await search("copper")).toBe(200);
      const open = new Set(readdirSync(`/proc/${server.pid}/fd`).map(Number));
      let free = 0;
      while (open.has(free)) free++;
      // One more than are open: for the requesting connection.
      limit(`${free + 1}:`);
      for (const pid of childProcesses(server.pid, "worker")) process.kill(pid, "SIGKILL");
      await eventually(async () => ((await search(`gold+${Math.random()}`)) === 503 ? true : undefined));
      expect(await (await server.get("/health/ready")).json()).toMatchObject({
        status: "failing",
        notes: [expect.stringContaining("EMFILE")],
      });
      limit("1024:");
      await eventually(async () => ((await search("silver")) === 200 ? true : undefined));
      expect(await server.stop()).toBe(0);
      remove();
    });
  },
);
