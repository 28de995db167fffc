// The command line options of `npm run bench`.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

export const help = `npm run bench -- [options]

  --only NAME     only this part (repeatable, or separated by commas)
  --data DIR      real papers and labelled collections (corpus_100k.jsonl or .xz, sets.tar.xz,
                  formats.tar.xz); ../shared/data where that is there
  --library DIR   search the vectors of this library instead of synthetic ones
  --vectors N     synthetic vectors (100000)
  --papers N      papers of import, reindex and importing (2000)
  --kills N       imports that are killed (100)
  --deliveries N  mails that are sent (1000)
  --mail-kills N  kills meanwhile (50)
  --seconds N     how long sixteen clients search at once (60)
  --strings N     strange strings that are searched for (100000)
  --rounds N      rounds of which the median counts (3)
  --help
`;

/** @returns the options, with defaults. Throws an `Error` for invalid ones. */
export function readOptions(args, { root, parts }) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", multiple: true, default: [] },
      data: { type: "string" },
      library: { type: "string" },
      vectors: { type: "string", default: "100000" },
      papers: { type: "string", default: "2000" },
      kills: { type: "string", default: "100" },
      deliveries: { type: "string", default: "1000" },
      "mail-kills": { type: "string", default: "50" },
      seconds: { type: "string", default: "60" },
      strings: { type: "string", default: "100000" },
      rounds: { type: "string", default: "3" },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only.flatMap((names) => names.split(",")).filter((name) => name !== "");
  const unknown = only.find((name) => !parts.includes(name));
  if (unknown !== undefined) throw new Error(`There is no part “${unknown}”; the parts are ${parts.join(", ")}.`);
  for (const folder of [values.data, values.library]) {
    if (folder !== undefined && !existsSync(folder)) throw new Error(`The folder ${folder} does not exist.`);
  }
  const usual = resolve(root, "../shared/data");
  return {
    only: only.length > 0 ? only : parts,
    data: values.data !== undefined ? resolve(values.data) : existsSync(usual) ? usual : undefined,
    library: values.library === undefined ? undefined : resolve(values.library),
    vectors: wholeNumber("--vectors", values.vectors),
    papers: wholeNumber("--papers", values.papers),
    kills: wholeNumber("--kills", values.kills),
    deliveries: wholeNumber("--deliveries", values.deliveries),
    mailKills: wholeNumber("--mail-kills", values["mail-kills"]),
    seconds: wholeNumber("--seconds", values.seconds),
    strings: wholeNumber("--strings", values.strings),
    rounds: wholeNumber("--rounds", values.rounds),
    help: values.help,
  };
}

/** Throws an `Error` for anything but an integer from 1. */
export function wholeNumber(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is “${text}”; it must be a whole number of at least 1.`);
  return value;
}
