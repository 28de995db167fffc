// Reads every file in a collection of real exports, and compares the number of records with that of a simple count.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openInputs } from "../../dist/sources/open-inputs.js";
import { recognizeFormat } from "../../dist/sources/registry.js";
import { countRecords } from "./count-records.mjs";
import { unpackFolder } from "./data.mjs";

/** The most file names that are shown. */
const mostNames = 4;

export async function measureFormats({ data, folder, progress }) {
  const root = unpackFolder({ data, folder, name: "formats" });
  if (root === undefined) {
    return [{ figure: "formats", target: "", measured: "skipped: it needs formats.tar.xz (--data)", met: undefined, workload: "" }];
  }
  const rows = [];
  let [found, counted, known] = [0, 0, 0];
  for (const name of readdirSync(root).sort()) {
    progress(name);
    const seen = await readFolder(join(root, name));
    found += seen.found;
    counted += seen.counted;
    known += seen.known;
    rows.push(rowOf(`  ${name}`, seen));
  }
  return [
    {
      figure: "records found in real exports, against a simple count",
      target: "100 %",
      measured: `${found} of ${counted}`,
      met: found === counted,
      workload: `${known} files in a known format, ${rows.length} folders`,
    },
    ...rows,
  ];
}

function rowOf(figure, { found, counted, refused, known, formats, differing, unknown }) {
  const few = (names) =>
    `${names.slice(0, mostNames).join(", ")}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ""}`;
  return {
    figure,
    target: "",
    measured: `${found} of ${counted}${refused === 0 ? "" : `, ${refused} of them refused`}`,
    met: found === counted && differing.length === 0,
    workload: [
      `${known} files: ${[...formats].join(", ")}`,
      ...(differing.length === 0 ? [] : [`differing: ${few(differing)}`]),
      ...(unknown.length === 0 ? [] : [`in no known format: ${few(unknown)}`]),
    ].join("; "),
  };
}

async function readFolder(folder) {
  const seen = { found: 0, counted: 0, refused: 0, known: 0, formats: new Set(), differing: [], unknown: [] };
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    for await (const input of openInputs(file)) {
      let recognized;
      try {
        recognized = await recognizeFormat(input);
      } catch {
        seen.unknown.push(name);
      }
      if (recognized === undefined) continue;
      const { format, input: whole } = recognized;
      let found = 0;
      for await (const record of format.read(whole)) {
        if (record.kind === "collection" || record.kind === "deleted") continue;
        found++;
        if (record.kind === "refused") seen.refused++;
      }
      const counted = countRecords(format.name, textOf(file));
      seen.known++;
      seen.formats.add(format.name);
      seen.found += found;
      seen.counted += counted;
      if (found !== counted) seen.differing.push(`${name} (${found} of ${counted})`);
    }
  }
  return seen;
}

/** UTF-16 is recognised by its zero bytes. */
function textOf(file) {
  const bytes = readFileSync(file);
  if (bytes[0] === 0 || (bytes[0] === 0xfe && bytes[1] === 0xff)) return bytes.swap16().toString("utf16le");
  return bytes[1] === 0 || (bytes[0] === 0xff && bytes[1] === 0xfe) ? bytes.toString("utf16le") : bytes.toString("utf8");
}
