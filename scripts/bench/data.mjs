// Papers for measurements: real ones if they are given, otherwise the starter corpus.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Papers with shorter abstracts would make the time per paper look too small. */
const leastAbstract = 200;

/**
 * Writes the first `count` papers with an abstract as JSON Lines into `folder`.
 * @returns the file, and a description of its contents.
 */
export async function writePapers({ data, root, folder, count }) {
  const file = join(folder, `papers-${count}.jsonl`);
  const real = data === undefined ? undefined : await realPapers(data, count);
  const papers = real ?? inventPapers(join(root, "src/starter/corpus.jsonl"), count);
  if (!existsSync(file)) writeFileSync(file, `${papers.join("\n")}\n`);
  return { file, what: real === undefined ? "abstracts mixed from the starter corpus" : "real abstracts" };
}

/** Lines of the first real papers with an abstract; undefined if there are none. */
export async function realPapers(data, count) {
  const plain = join(data, "corpus_100k.jsonl");
  const packed = `${plain}.xz`;
  const unpacking =
    existsSync(plain) || !existsSync(packed) ? undefined : spawn("xz", ["-dc", packed], { stdio: ["ignore", "pipe", "ignore"] });
  if (unpacking === undefined && !existsSync(plain)) return undefined;
  const failed = new Promise((resolve) => {
    unpacking?.once("error", () => resolve(undefined));
  });
  const reading = readSome(unpacking?.stdout ?? createReadStream(plain), count).finally(() => unpacking?.kill());
  const papers = await Promise.race([reading, failed]);
  if (papers === undefined || papers.length === 0) {
    console.error(`${packed} cannot be unpacked: is xz installed?`);
    return undefined;
  }
  return papers;
}

async function readSome(stream, count) {
  const papers = [];
  for await (const line of createInterface({ input: stream })) {
    if ((JSON.parse(line).abstract ?? "").length < leastAbstract) continue;
    papers.push(line);
    if (papers.length >= count) break;
  }
  return papers;
}

/** The starter corpus, extended by papers that combine the first half of one abstract with the second half of another. */
function inventPapers(corpus, count) {
  const known = readFileSync(corpus, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return Array.from({ length: count }, (_, at) => {
    const own = known[at % known.length];
    const turn = Math.floor(at / known.length);
    if (turn === 0) return JSON.stringify(own);
    const other = known[(at * 7 + turn) % known.length];
    const halves = own.abstract.slice(0, own.abstract.length / 2) + other.abstract.slice(other.abstract.length / 2);
    return JSON.stringify({ id: `mixed:${at}`, title: `${own.title} ${turn}`, abstract: halves, authors: own.authors });
  });
}

/**
 * Unpacks the labelled collections into `folder`.
 * @returns the folder of each of `names` that exists.
 */
export function unpackSets({ data, folder, names }) {
  const sets = unpackFolder({ data, folder, name: "sets" });
  return names.filter((name) => sets !== undefined && existsSync(join(sets, name))).map((name) => join(sets, name));
}

/** The folder `name` of the data, extracted from `NAME.tar.xz` if it is packed; undefined if neither exists. */
export function unpackFolder({ data, folder, name }) {
  if (data === undefined) return undefined;
  const here = join(data, name);
  if (existsSync(here)) return here;
  const packed = join(data, `${name}.tar.xz`);
  if (!existsSync(packed)) return undefined;
  const target = join(folder, "unpacked");
  mkdirSync(target, { recursive: true });
  const { status } = spawnSync("tar", ["-xJf", packed, "-C", target], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) console.error(`${packed} cannot be unpacked: are tar and xz installed?`);
  return status === 0 && existsSync(join(target, name)) ? join(target, name) : undefined;
}

/** The complete file of real papers as JSON Lines; undefined if there is none. */
export function unpackCorpus({ data, folder }) {
  if (data === undefined) return undefined;
  const plain = join(data, "corpus_100k.jsonl");
  if (existsSync(plain)) return plain;
  if (!existsSync(`${plain}.xz`)) return undefined;
  const target = join(folder, "corpus.jsonl");
  if (existsSync(target)) return target;
  const file = openSync(target, "w");
  const { status } = spawnSync("xz", ["-dc", `${plain}.xz`], { stdio: ["ignore", file, "inherit"] });
  closeSync(file);
  return status === 0 ? target : undefined;
}
