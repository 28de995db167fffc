// The cost of reading malicious documents, and real ones with many faults.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mulberry32 } from "../../dist/core/ranking/metrics.js";
import { openInputs } from "../../dist/sources/open-inputs.js";
import { recognizeFormat } from "../../dist/sources/registry.js";
import { unpackCorpus, unpackFolder } from "./data.mjs";
import { measure, median } from "./processes.mjs";

const most = { ms: 200, mb: 50, mutatedMs: 50 };
const documentBytes = 1e6;
const faults = 200;

export async function measureBombs({ data, folder, rounds, progress }) {
  const target = join(folder, "bombs");
  mkdirSync(target, { recursive: true });
  const rows = [];
  for (const [name, text] of Object.entries(bombs())) {
    const file = join(target, "bomb.xml");
    writeFileSync(file, text);
    rows.push({ name, ...(await cost({ file, format: "arxiv-atom" }, rounds)) });
    progress(name);
  }
  const worst = (key) => rows.reduce((a, b) => (b[key] > a[key] ? b : a));
  const [slowest, largest] = [worst("ms"), worst("mb")];
  return [
    {
      figure: "malicious XML",
      target: `≤ ${most.ms} ms, ≤ ${most.mb} MB`,
      measured: `${slowest.ms.toFixed(0)} ms (${slowest.name}), ${largest.mb.toFixed(0)} MB (${largest.name})`,
      met: slowest.ms <= most.ms && largest.mb <= most.mb,
      workload: `${rows.map(({ name }) => name).join(", ")}; CPU time and memory beyond what a fresh process takes`,
    },
    ...(await measureMutated({ data, folder, target, rounds, progress })),
  ];
}

function bombs() {
  const entry = (text) =>
    `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2401.00001v1</id><title>T ${text}</title><summary>${text}</summary></entry></feed>`;
  const levels = Array.from({ length: 9 }, (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level};`.repeat(10)}">`).join("");
  return {
    "billion laughs": `<!DOCTYPE feed [<!ENTITY lol0 "lol">${levels}]>${entry("&lol9;")}`,
    "quadratic blow-up": `<!DOCTYPE feed [<!ENTITY x "${"a".repeat(100_000)}">]>${entry("&x;".repeat(100_000))}`,
    "external entities": `<!DOCTYPE feed [<!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]>${entry("&f;")}`,
    "deep nesting": entry("<b>".repeat(100_000)),
    "endless attributes": entry(`<b ${'a="b" '.repeat(100_000)}>`),
  };
}

/** Measured as CPU time of all threads, which does not depend on what else runs on the machine. */
async function cost(argument, rounds) {
  const results = [];
  for (let round = 0; round < rounds; round++) results.push(await measure("read", argument));
  const warm = results.map(({ warmMs }) => warmMs).filter((ms) => ms !== undefined);
  return {
    ...results[0],
    warmMs: warm.length === 0 ? undefined : median(warm),
    ms: median(results.map(({ cpuMs }) => cpuMs)),
    mb: median(results.map(({ grownMb }) => grownMb)),
  };
}

/** The largest real file of each format, repeated up to the required length, with characters deleted, doubled and inserted. */
async function measureMutated({ data, folder, target, rounds, progress }) {
  const root = unpackFolder({ data, folder, name: "formats" });
  if (root === undefined) return [];
  const corpus = unpackCorpus({ data, folder });
  const largest = new Map(corpus === undefined ? [] : [["paperkin", readFileSync(corpus, "utf8").slice(0, documentBytes)]]);
  for (const file of readdirSync(root, { recursive: true })
    .sort()
    .map((name) => join(root, name))) {
    const text = existsSync(file) && /\.\w+$/.test(file) ? readFileSync(file, "utf8") : "";
    const format = text === "" ? undefined : await formatOf(file);
    if (format !== undefined && text.length > (largest.get(format)?.length ?? 0)) largest.set(format, text);
  }
  const costs = [];
  for (const [format, text] of largest) {
    const document = text.repeat(Math.ceil(documentBytes / text.length)).slice(0, documentBytes);
    const file = join(target, "document");
    writeFileSync(file, document);
    const whole = await cost({ file, format }, rounds);
    writeFileSync(file, mutate(document));
    costs.push({ format, whole: whole.ms, ...(await cost({ file, format, repetitions: 19 }, rounds)) });
    progress(`${format} with faults`);
  }
  costs.sort((a, b) => b.ms - a.ms);
  const slow = costs.filter(({ ms }) => ms > most.mutatedMs);
  const [least, greatest] = [costs.at(-1), costs[0]];
  const warm = costs.toSorted((a, b) => b.warmMs - a.warmMs);
  const slowWarm = warm.filter(({ warmMs }) => warmMs > most.mutatedMs);
  return [
    {
      figure: `1 MB with ${faults} faults, in each of ${costs.length} formats`,
      target: `≤ ${most.mutatedMs} ms`,
      measured: `median ${median(costs.map(({ ms }) => ms)).toFixed(0)} ms (${least.format} ${least.ms.toFixed(0)} … ${greatest.format} ${greatest.ms.toFixed(0)}), ${median(costs.map(({ ms, whole }) => ms / whole)).toFixed(2)}× the same without faults`,
      met: slow.length === 0,
      workload: `CPU time of a process that begins with it; ${slow.length} formats above: ${slow.map(({ format, ms }) => `${format} ${ms.toFixed(0)}`).join(", ")}`,
    },
    {
      figure: "the same, read for the eleventh to the twentieth time",
      target: `≤ ${most.mutatedMs} ms`,
      measured: `median ${median(warm.map(({ warmMs }) => warmMs)).toFixed(0)} ms (${warm.at(-1).format} ${warm.at(-1).warmMs.toFixed(0)} … ${warm[0].format} ${warm[0].warmMs.toFixed(0)})`,
      met: slowWarm.length === 0,
      workload: `CPU time in a process that has read it ten times, median; ${slowWarm.length} formats above: ${slowWarm.map(({ format, warmMs }) => `${format} ${warmMs.toFixed(0)}`).join(", ")}`,
    },
  ];
}

async function formatOf(file) {
  try {
    for await (const input of openInputs(file)) {
      const recognized = await recognizeFormat(input);
      await recognized?.input.bytes[Symbol.asyncIterator]().return?.();
      return recognized?.format.name;
    }
  } catch {
    // The format is unknown.
  }
  return undefined;
}

function mutate(text) {
  const random = mulberry32(11);
  const put = ["", '"', "{", "}", "<", ">", "&", "\n", "\\", "[", "]", ",", "@", "x"];
  const places = Array.from({ length: faults }, () => Math.floor(random() * text.length)).sort((a, b) => a - b);
  let [result, done] = ["", 0];
  for (const place of places) {
    result += text.slice(done, place) + put[Math.floor(random() * put.length)];
    done = Math.min(text.length, place + Math.floor(random() * 4));
  }
  return result + text.slice(done);
}
