// Reads a large BibTeX file that is made of real entries.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackFolder } from "./data.mjs";
import { measure, median, rangeOf } from "./processes.mjs";

const entries = 5_000;
const mostSeconds = 3;

export async function measureBibtex({ data, folder, rounds, progress }) {
  const formats = unpackFolder({ data, folder, name: "formats" });
  const source = formats === undefined ? undefined : join(formats, "bibtex");
  if (source === undefined || !existsSync(source)) {
    return [{ figure: "BibTeX", target: "", measured: "skipped: it needs formats.tar.xz (--data)", met: undefined, workload: "" }];
  }
  const real = readdirSync(source)
    .filter((name) => name.endsWith(".bib"))
    .sort()
    .flatMap((name) => readFileSync(join(source, name), "utf8").split(/^(?=@)/m))
    .filter((entry) => /^@\w+\s*\{[^,{}\s]+,/.test(entry));
  const text = Array.from({ length: entries }, (_, at) => again(real[at % real.length], Math.floor(at / real.length))).join("\n");
  const file = join(folder, "entries.bib");
  writeFileSync(file, text);
  const seconds = [];
  let papers = 0;
  for (let round = 0; round < rounds; round++) {
    const result = await measure("read", { file, format: "bibtex" });
    seconds.push(result.ms / 1000);
    papers = result.papers;
    progress(`round ${round + 1} of ${rounds}`);
  }
  return [
    {
      figure: `BibTeX, ${entries} entries`,
      target: `≤ ${mostSeconds} s`,
      measured: `${median(seconds).toFixed(2)} s (rounds ${rangeOf(seconds, 2)})`,
      met: median(seconds) <= mostSeconds,
      workload: `${papers} papers, ${(text.length / 1e6).toFixed(1)} MB of real entries, the later ones with other keys and titles; reading only`,
    },
  ];
}

/** The same entry with another key and title. */
function again(entry, turn) {
  if (turn === 0) return entry;
  return entry.replace(/^(@\w+\s*\{)/, `$1again${turn}-`).replace(/(\btitle\s*=\s*[{"])/i, `$1Again ${turn} `);
}
