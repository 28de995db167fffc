// A full disk: nothing is acknowledged that is not durable, reading continues, and so does writing once there is room.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { runCommand, startCommand } from "./children.mjs";
import { inventPaper } from "./invented.mjs";

const diskBytes = 12 << 20;

export async function tortureFull({ folder, progress }) {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", disk], { stdio: "pipe" });
  } catch {
    return [{ figure: "full disk: skipped", target: "", measured: "no small disk can be mounted here", met: undefined, workload: "" }];
  }
  const checks = new Checks(progress);
  try {
    await fillUnderServer(disk, join(folder, "elsewhere"), checks);
    await fillUnderImport(disk, folder, checks);
  } finally {
    // A process that was killed a moment ago may still keep it busy.
    execFileSync("umount", ["--lazy", disk]);
  }
  return checks.rows();
}

/** Expectations, and whether they were met. */
class Checks {
  constructor(progress) {
    this.progress = progress;
    this.done = [];
  }

  expect(what, isSo, detail = "") {
    this.done.push({ what, isSo, detail });
    this.progress(`${isSo ? "ok" : "NOT"}: ${what}`);
    if (!isSo) console.error(`not kept: ${what}: ${detail}`);
  }

  rows() {
    const failed = this.done.filter(({ isSo }) => !isSo);
    return [
      {
        figure: "full disk: promises that were not kept",
        target: "0",
        measured: `${failed.length} of ${this.done.length}${failed.length > 0 ? `: ${failed.map(({ what }) => what).join("; ")}` : ""}`,
        met: failed.length === 0,
        workload: this.done.map(({ what }) => what).join("; "),
      },
    ];
  }
}

/** Fills the disk except for this many bytes. */
function leaveRoom(disk, bytes) {
  const ballast = join(disk, "ballast");
  rmSync(ballast, { force: true });
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  } catch (error) {
    // A server that writes at the same time may use up the rest; then the disk is full as well.
    if (error.code !== "ENOSPC") throw error;
  }
}

async function fillUnderServer(disk, elsewhere, checks) {
  const data = join(disk, "library");
  const server = await serve(data);
  const stored = [];
  let next = 0;
  const post = async () => {
    const papers = Array.from({ length: 5 }, () => longPaper(next++));
    const answer = await ask(server, "/v1/papers", { method: "POST", body: JSON.stringify({ papers: papers.map(postable) }) });
    if (answer.status === 200) stored.push(...papers.map(({ ids }) => ids[0]));
    return answer;
  };
  const search = () => ask(server, "/v1/search?q=copper%20kettles&mode=keyword&limit=3");
  const picks = () =>
    ask(server, "/v1/interests", { method: "POST", body: JSON.stringify({ name: `Kettles ${next++}`, query: "copper kettles" }) });

  const first = await post();
  checks.expect("papers are stored while there is room", first.status === 200, JSON.stringify(first));
  await eventually(async () => (await ask(server, "/v1/index")).body?.backlog === 0);
  checks.expect("and interests", (await picks()).status === 201);
  leaveRoom(disk, 400_000);
  let refusal;
  for (let at = 0; at < 400 && refusal === undefined; at++) {
    const answer = await post();
    if (answer.status !== 200) refusal = answer;
  }
  leaveRoom(disk, 0);
  checks.expect(
    "a full disk is named, with what to do",
    refusal?.status === 507 && refusal.body?.code === "storage_full" && /[Ff]ree/.test(JSON.stringify(refusal.body)),
    JSON.stringify(refusal),
  );
  const searched = await search();
  checks.expect(
    "searches are answered on a full disk",
    searched.status === 200 && searched.body.hits.length === 3,
    JSON.stringify(searched.status),
  );
  const semantic = await ask(server, "/v1/search?q=copper%20kettles&limit=3");
  checks.expect("so are those by meaning", semantic.status === 200 && semantic.body.hits.length === 3, JSON.stringify(semantic));
  const interest = await picks();
  checks.expect("an interest is refused as a paper is", interest.status === 507 || interest.status === 201, JSON.stringify(interest));
  const [unkept, again] = [await ask(server, "/v1/picks"), await ask(server, "/v1/picks")];
  // A checkpointed log has free space in it, so picks may still be stored. Picks that are made while many papers wait for their embedding
  // are not stored.
  checks.expect(
    "picks are refused, or early, or kept and then the same",
    (unkept.status === 507 && unkept.body?.code === "storage_full") ||
      (unkept.status === 200 && (unkept.body.early === true || JSON.stringify(unkept) === JSON.stringify(again))),
    JSON.stringify([unkept, again]).slice(0, 500),
  );
  const backup = await runCommand(["backup", join(disk, "copy.backup"), "--data", data]);
  const left = readdirSync(disk).filter((name) => name.includes("copy.backup"));
  checks.expect(
    "a backup onto the full disk fails with what to do, and leaves nothing",
    backup.code === 1 && /[Ff]ree/.test(backup.stderr) && left.length === 0,
    JSON.stringify({ ...backup, left }),
  );
  mkdirSync(elsewhere);
  const away = await runCommand(["backup", join(elsewhere, "copy.backup"), "--data", data]);
  checks.expect("a backup onto another disk works", away.code === 0, JSON.stringify(away));
  // The state after a power failure: what was acknowledged, with the index files from before.
  const restored = join(elsewhere, "restored");
  cpSync(data, restored, { recursive: true });
  const verified = await runCommand(["verify", "--data", restored, "--json"]);
  checks.expect("what stands on the full disk is sound", verified.code === 0, JSON.stringify(verified));
  const missing = await missingFrom(restored, stored);
  checks.expect("everything that was acknowledged is there", missing === 0, `${missing} of ${stored.length} missing`);

  rmSync(join(disk, "ballast"));
  const resumed = await post();
  checks.expect("papers are stored again once there is room", resumed.status === 200, JSON.stringify(resumed));
  checks.expect("so are interests", (await picks()).status === 201);
  const embedded = await eventually(async () => (await ask(server, "/v1/index")).body?.backlog === 0);
  checks.expect("embedding goes on by itself", embedded);
  const [made, kept] = [await ask(server, "/v1/picks"), await ask(server, "/v1/picks")];
  checks.expect("and picks", made.status === 200 && JSON.stringify(made) === JSON.stringify(kept), JSON.stringify(made).slice(0, 500));

  leaveRoom(disk, 0);
  const code = await stop(server);
  checks.expect("a server is stopped on a full disk", code !== null, String(code));
  const asked = await runCommand(["search", "copper kettles", "--mode", "keyword", "--data", data, "--json"]);
  checks.expect(
    "the command line searches on a full disk, or says what to do",
    asked.code === 0 || /[Ff]ree/.test(asked.stderr),
    JSON.stringify(asked),
  );
  rmSync(join(disk, "ballast"));
  const after = await runCommand(["verify", "--data", data, "--json"]);
  checks.expect("it is sound afterwards", after.code === 0, JSON.stringify(after));
  const finallyMissing = await missingFrom(data, stored);
  checks.expect("and complete", finallyMissing === 0, `${finallyMissing} of ${stored.length} missing`);
  rmSync(data, { recursive: true });
}

async function fillUnderImport(disk, folder, checks) {
  const data = join(disk, "imported");
  const file = join(folder, "papers.jsonl");
  writeFileSync(file, Array.from({ length: 1500 }, (_, at) => JSON.stringify(postable(longPaper(at)))).join("\n"));
  const failed = await runCommand(["import", file, "--no-embed", "--json", "--data", data]);
  checks.expect(
    "an import onto a disk that is too small fails with what to do",
    failed.code === 1 && /[Ff]ree/.test(failed.stderr),
    JSON.stringify(failed),
  );
  const few = join(folder, "few.jsonl");
  writeFileSync(few, JSON.stringify(postable(longPaper(1))));
  const then = await runCommand(["import", few, "--no-embed", "--json", "--data", data]);
  checks.expect("a smaller one works afterwards", then.code === 0, JSON.stringify(then));
  const sound = await runCommand(["verify", "--data", data, "--json"]);
  checks.expect("the library of both is sound", sound.code === 0, JSON.stringify(sound));
}

/** About 20 kB. */
function longPaper(number) {
  const paper = inventPaper(number);
  return { ...paper, abstract: Array.from({ length: 100 }, (_, at) => inventPaper(number * 100 + at).abstract).join(" ") };
}

function postable({ ids, title, abstract, authors, published }) {
  return { id: ids[0], title, abstract, authors: authors.map(({ name }) => name), published };
}

async function missingFrom(data, ids) {
  const { LocalLibrary } = await import("../../dist/storage/local/local-library.js");
  const library = await LocalLibrary.open({ folder: data, create: false, maintain: false, searchable: false });
  const found = await library.resolve(ids);
  await library.close();
  return found.filter((label) => label === undefined).length;
}

async function serve(data) {
  const child = startCommand(["serve", "--no-starter", "--port", "0", "--data", data], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PAPERKIN_LOG_LEVEL: "error" },
  });
  const address = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more) => {
      text += more;
      const found = /at (http:\/\/\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, address };
}

async function stop({ child }) {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const [code] = await ended;
  clearTimeout(timer);
  return code;
}

async function ask({ address }, path, init = {}) {
  const answer = await fetch(address + path, { headers: { "content-type": "application/json" }, ...init });
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch {
    return { status: answer.status, body: text.slice(0, 300) };
  }
}

async function eventually(isSo) {
  for (const until = performance.now() + 90_000; performance.now() < until; await wait(250)) if (await isSo()) return true;
  return false;
}
