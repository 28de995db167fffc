// Kills a process that changes a library, at random and at every named moment: nothing acknowledged may be lost, nothing may reappear, and
// everything must be sound.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { LocalLibrary } from "../../dist/storage/local/local-library.js";
import { restore } from "../../dist/storage/local/restore.js";
import { startChild } from "./children.mjs";
import { embedderOf, questions } from "./invented.mjs";

/** The longest time before a process is killed, counted from its first output. */
const longestLifeMs = 700;

/** The expected contents of one library, and the outcomes so far. */
class Killed {
  constructor(folder) {
    this.path = join(folder, "library");
    this.backup = join(folder, "library.backup");
    this.held = new Set();
    this.gone = new Set();
    this.next = 0;
    this.total = { killed: 0, acknowledged: 0, lost: 0, ghosts: 0, torn: 0, unsound: 0, restoredAgain: 0 };
    this.works = new Map();
  }

  /**
   * Runs one process.
   * @param killAfterMs counted from its first output; undefined if it kills itself, or is not killed.
   */
  async live(argument, killAfterMs) {
    const child = startChild("kill", { folder: this.path, backup: this.backup, first: this.next, ids: [...this.held], ...argument });
    let said = "";
    const begun = new Promise((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text) => {
        said += text;
        resolve();
      });
    });
    const ended = once(child, "close");
    await Promise.race([begun, ended]);
    if (killAfterMs !== undefined) {
      await Promise.race([wait(killAfterMs), ended]);
      child.kill("SIGKILL");
    }
    const [code, signal] = await ended;
    if (code !== 0 && signal !== "SIGKILL") throw new Error(`a process ended with ${signal ?? code}`);
    if (signal === "SIGKILL") this.total.killed++;
    return said
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => JSON.parse(line));
  }

  /**
   * Processes the output of one run.
   * @returns the change that it was about to make.
   */
  account(lines) {
    let intended;
    let work = "opening";
    for (const line of lines) {
      if (line.work !== undefined) work = line.work;
      if (line.intend !== undefined) intended = line;
      if (line.done === undefined) continue;
      intended = undefined;
      for (const id of line.ids) {
        (line.done === "store" ? this.held : this.gone).add(id);
        if (line.done === "remove") this.held.delete(id);
      }
      this.total.acknowledged += line.ids.length;
    }
    this.works.set(work, (this.works.get(work) ?? 0) + 1);
    this.next += 100_000;
    return intended;
  }

  /** Examines the library. @param intended a change that may have happened completely, or not at all. */
  async check(intended, what) {
    const library = await this.open();
    const { total } = this;
    try {
      if (intended !== undefined) {
        const there = (await library.resolve(intended.ids)).filter((label) => label !== undefined).length;
        if (there !== 0 && there !== intended.ids.length) this.fault("torn", what, intended);
        for (const id of intended.ids) {
          this.held.delete(id);
          this.gone.delete(id);
          (there > 0 ? this.held : this.gone).add(id);
        }
      }
      const held = await library.resolve([...this.held]);
      total.lost += held.filter((label) => label === undefined).length;
      const gone = await library.resolve([...this.gone]);
      total.ghosts += gone.filter((label) => label !== undefined).length;
      if ((await library.countPapers()) !== this.held.size) this.fault("ghosts", what, "their number");
      const live = await library.liveGeneration();
      if (live !== undefined) {
        const found = await library.neighbours(live, await embedderOf().embedQuery(questions[0]), { k: 50 });
        const papers = await library.papers(found.map(({ label }) => label));
        if (papers.some((paper) => paper === undefined || !this.held.has(paper.paper.paperId))) this.fault("ghosts", what, "a hit");
      }
      const findings = (await library.verify({ repair: false })).filter(({ state }) => state !== "ok");
      if (findings.length > 0) this.fault("unsound", what, findings);
    } finally {
      await library.close();
    }
  }

  async open() {
    try {
      return await LocalLibrary.open({ folder: this.path, create: !existsSync(join(this.path, "replaced")), maintain: true });
    } catch (error) {
      // An interrupted restore is repeated, as its message advises.
      if (error.code !== "library_not_found") throw error;
      this.total.restoredAgain++;
      await restore(this.backup, this.path, { replace: true });
      return await LocalLibrary.open({ folder: this.path, create: false, maintain: true });
    }
  }

  fault(kind, what, detail) {
    this.total[kind]++;
    console.error(`${kind} after ${what}: ${JSON.stringify(detail)}`);
  }

  row(figure, workload) {
    const { killed, acknowledged, lost, ghosts, torn, unsound, restoredAgain } = this.total;
    return {
      figure,
      target: "0, 0, 0, 0",
      measured: `${lost}, ${ghosts}, ${torn}, ${unsound}`,
      met: lost + ghosts + torn + unsound === 0,
      workload: `${workload}: ${killed} times SIGKILL, ${acknowledged} papers acknowledged as stored or removed, ${restoredAgain} interrupted restores repeated`,
    };
  }
}

const figure = "acknowledged papers lost, removed papers back, half transactions, libraries in which verify finds anything";

export async function tortureKills({ folder, count, minutes, seed, progress }) {
  const random = mulberry32(seed);
  const library = new Killed(folder);
  const endsAt = performance.now() + 60_000 * minutes;
  for (let life = 0; life < count && performance.now() < endsAt; life++) {
    const lines = await library.live({ seed: seed * 1_000_003 + life }, random() * longestLifeMs);
    await library.check(library.account(lines), `life ${life}`);
    if (life % 20 === 19) progress(`${life + 1} of ${count}`);
  }
  const moments = [...library.works].map(([work, times]) => `${work} ${times}`).join(", ");
  return [library.row(figure, `at random (${moments})`)];
}

/** Each kind of work once, so that every named moment occurs. */
const order = [
  "import",
  "embed",
  "checkpoint",
  "remove",
  "import",
  "embed",
  "reindex",
  "rollBack",
  "backUp",
  "restore",
  "import",
  "embed",
  "checkpoint",
];

export async function torturePoints({ folder, count, seed, progress }) {
  const library = new Killed(folder);
  const argument = { seed, order, rounds: order.length };
  const whole = await library.live(argument);
  await library.check(library.account(whole), "everything");
  const { counts } = whole.at(-1);
  const points = Object.entries(counts).flatMap(([name, times]) =>
    [...new Set([1, Math.ceil(times / 2), times])].flatMap((nth) => ["before", "after"].map((side) => ({ name, side, nth }))),
  );
  // In a short run only some of them, from each name in turn.
  const chosen =
    points.length <= count
      ? points
      : points.filter((_, at) => Math.floor((at * count) / points.length) !== Math.floor(((at + 1) * count) / points.length));
  for (const [at, point] of chosen.entries()) {
    const before = library.total.killed;
    const lines = await library.live({ ...argument, point });
    await library.check(library.account(lines), JSON.stringify(point));
    if (library.total.killed === before) library.fault("unsound", JSON.stringify(point), "it was not killed");
    progress(`${at + 1} of ${chosen.length}`);
  }
  return [library.row(`  the same`, `before and after the first, a middle and the last ${Object.keys(counts).join(", ")}`)];
}
