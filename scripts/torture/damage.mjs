// Damaged files of a library: each damage must be reported, or have no effect. For comparison, the behaviour of the bare index on the same
// files.
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { startChild } from "./children.mjs";
import { damageFile, damages } from "./damages.mjs";
import { askLibrary, contentsOf } from "./libraries.mjs";

/** The kinds of files under which damages are counted. */
const kinds = [
  ["vector graphs", /hnsw/],
  ["word indexes", /lexical/],
  ["manifests", /manifest/],
  ["database", /\.sqlite$/],
  ["write-ahead log", /-wal$/],
  ["shared memory of the log", /-shm$/],
];
/** The relative frequency of each kind of damage: single bits are the hardest to detect. */
const shares = { flip: 5, smear: 3, truncate: 2, swap: 1, delete: 1 };

export async function tortureDamage({ folder, count, minutes, seed, progress }) {
  const [base, other] = ["base", "other"].map((name) => join(folder, name));
  for (const [folder, first] of [
    [base, 0],
    [other, 5000],
  ]) {
    const [, signal] = await once(startChild("build", { folder, first }), "close");
    if (signal !== "SIGKILL") throw new Error("the library could not be built");
  }
  const endsAt = performance.now() + 60_000 * minutes;
  const drawn = casesOf(base, other, count, seed);
  const { answers } = await askCopy(base, folder);
  const contents = contentsOf(copyOf(base, folder));
  const argumentOf = (rest) => ({ base, folder: join(folder, "case"), cases: rest, answers, contents });
  const outcomes = await runCases("damage", drawn, argumentOf, progress, endsAt);
  const cases = drawn.slice(0, outcomes.length);
  const bare = await runBare(base, folder, cases, progress);
  return [...rowsOf(cases, outcomes), ...bare];
}

function copyOf(base, folder) {
  const copy = join(folder, "unhurt");
  cpSync(base, copy, { recursive: true, force: true });
  return copy;
}

async function askCopy(base, folder) {
  const asked = await askLibrary(copyOf(base, folder));
  if (asked.error !== undefined || asked.findings.length > 0)
    throw new Error(`the library is not sound before it is damaged: ${JSON.stringify(asked)}`);
  return asked;
}

function casesOf(base, other, count, seed) {
  const random = mulberry32(seed);
  const files = readdirSync(base, { recursive: true }).filter((name) => kinds.some(([, pattern]) => pattern.test(name)));
  const byKind = kinds.map(([kind, pattern]) => files.filter((name) => pattern.test(name)).map((file) => ({ kind, file })));
  const drawn = Object.entries(shares).flatMap(([damage, share]) => Array(share).fill(damage));
  return Array.from({ length: count }, (_, at) => {
    // The database contains most of the bytes, so every third damage hits it.
    const ofKind = at % 3 === 0 ? byKind[3] : byKind[Math.floor(random() * byKind.length)];
    const { kind, file } = ofKind[Math.floor(random() * ofKind.length)];
    const damage = drawn[Math.floor(random() * drawn.length)];
    return { kind, file, damage, seed: seed * 100_003 + at, other: pick(others(base, other, file), random) };
  });
}

/** The file's counterparts in the other generation and in the other library. */
function others(base, other, file) {
  const [kind] = /hnsw|lexical|manifest|library\.sqlite(?:-wal|-shm)?$/.exec(file);
  const here = readdirSync(base, { recursive: true })
    .filter((name) => name !== file && /generation/.test(file) && name.includes(kind))
    .map((name) => join(base, name));
  const there = readdirSync(other, { recursive: true }).filter((name) => (/sqlite/.test(kind) ? name === kind : name.includes(kind)));
  return [...here, ...there.map((name) => join(other, name))];
}

function pick(list, random) {
  return list[Math.floor(random() * list.length)];
}

/** Runs children until all cases are done; a child that dies loses only the case it was working on. */
async function runCases(name, cases, argumentOf, progress, endsAt = Number.POSITIVE_INFINITY) {
  const outcomes = [];
  for (let next = 0; next < cases.length && performance.now() < endsAt; ) {
    // Limits the length of the arguments, and what a leaking child costs.
    const rest = cases.slice(next, next + 100);
    const child = startChild(name, argumentOf(rest));
    let begun = -1;
    const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line);
      if (said.begun !== undefined) begun = said.begun;
      else outcomes[next + said.done] = said;
    }
    const end = await ended;
    if (end !== 0) outcomes[next + begun] = { crash: String(end) };
    next += end === 0 ? rest.length : begun + 1;
    progress(`${next} of ${cases.length}`);
  }
  return outcomes;
}

function rowsOf(cases, outcomes) {
  const rows = [];
  const judged = cases.map((one, at) => ({ ...one, ...judge(outcomes[at], one), outcome: outcomes[at] }));
  for (const [kind] of kinds) {
    const own = judged.filter((one) => one.kind === kind);
    if (own.length === 0) continue;
    const counts = countsOf(own.map(({ verdict }) => verdict));
    const bad = own.filter(({ isBad }) => isBad);
    rows.push({
      figure: `damaged ${kind}`,
      target: kind === "database" ? "no crash, no other answer that verify does not explain" : "no crash, no other answer",
      measured: counts,
      met: bad.length === 0,
      workload: damages.map((damage) => `${own.filter((one) => one.damage === damage).length} ${damage}`).join(", "),
    });
    for (const { file, damage, seed, verdict, outcome } of bad.slice(0, 8))
      console.error(`${verdict}: ${damage} ${seed} of ${file}: ${JSON.stringify(outcome)}`);
  }
  return rows;
}

/** For example `12 of these, 3 of those`, in descending order. */
function countsOf(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

/** “Reported” means before or with the first answer, “found” means by `verify` only. */
function judge(outcome, { file }) {
  if (outcome?.crash !== undefined || outcome === undefined) return { verdict: "crashed", isBad: true };
  const { refused, noticed, found, isSame, changed, isMended } = outcome;
  if (refused === "internal") return { verdict: "refused without a reason", isBad: true };
  if (refused !== undefined) return { verdict: "refused", isBad: false };
  if (isMended === false) return { verdict: "not mended", isBad: true };
  if (noticed)
    return { verdict: isSame ? "reported, same answers" : "reported, other answers", isBad: !isSame && !file.startsWith("library") };
  const isDatabase = file === "library.sqlite";
  if (!isSame && found.length === 0) return { verdict: "silently wrong", isBad: true };
  if (!isSame) return { verdict: "wrong answers until verify", isBad: !isDatabase };
  if (found.length > 0) return { verdict: "found by verify, same answers", isBad: false };
  if (changed.length === 0) return { verdict: "harmless", isBad: false };
  return { verdict: `changed unseen (${[...changed].sort().join(" ")})`, isBad: !isDatabase };
}

async function runBare(base, folder, cases, progress) {
  const graphs = cases.filter(({ kind, damage }) => kind === "vector graphs" && damage !== "delete");
  mkdirSync(join(folder, "bare"));
  const files = graphs.map(({ file, damage, seed, other }, at) => {
    const path = join(folder, "bare", String(at));
    cpSync(join(base, file), path);
    damageFile(path, damage, seed, other);
    return path;
  });
  const [whole] = await runCases(
    "bare",
    [join(base, graphs[0].file)],
    (rest) => ({ files: rest }),
    () => undefined,
  );
  const byFile = new Map([[graphs[0].file, whole.answers]]);
  for (const { file } of graphs) {
    if (byFile.has(file)) continue;
    const [one] = await runCases(
      "bare",
      [join(base, file)],
      (rest) => ({ files: rest }),
      () => undefined,
    );
    byFile.set(file, one.answers);
  }
  const outcomes = await runCases("bare", files, (rest) => ({ files: rest }), progress);
  const verdicts = outcomes.map((outcome, at) =>
    outcome?.crash !== undefined
      ? "crash the process"
      : outcome.answers === undefined
        ? "give an error"
        : outcome.answers === byFile.get(graphs[at].file)
          ? "give the same answers"
          : "give wrong answers in silence",
  );
  const counts = countsOf(verdicts);
  return [
    {
      figure: "  the same graphs in hnswlib-node alone",
      target: "",
      measured: counts,
      met: undefined,
      workload: `${files.length} files, four questions each`,
    },
  ];
}
