// Imports libraries of references in every format that a program exported them to: each work should be there exactly once.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { openEngine } from "../../dist/app.js";
import { emptyCounts } from "../../dist/engine/intake/ingest.js";
import { openInputs } from "../../dist/sources/open-inputs.js";
import { recognizeFormat } from "../../dist/sources/registry.js";
import { unpackFolder } from "./data.mjs";
import { config } from "./papers.mjs";

const libraries = [
  ["zotero/accord_better-biblatex.biblatex", "csl/accord_better-csl-yaml.yaml", "zotero/accord_bibliontology.rdf"],
  ["bibtex/pacha_zotero_test.bib", "zotero/pacha_test.rdf"],
];

export async function measureForms({ data, folder, progress }) {
  const root = unpackFolder({ data, folder, name: "formats" });
  const rows = [];
  for (const [at, files] of libraries.entries()) {
    rows.push(...(await measureLibrary({ root, files, library: join(folder, `forms-${at}`), progress })));
  }
  return rows;
}

async function measureLibrary({ root, files, library, progress }) {
  const there = root === undefined ? [] : files.map((file) => join(root, file)).filter((file) => existsSync(file));
  if (there.length < 2) {
    return [
      {
        figure: "one library in its forms",
        target: "",
        measured: "skipped: it needs formats.tar.xz (--data)",
        met: undefined,
        workload: "",
      },
    ];
  }
  const engine = await openEngine({ ...config, data: library }, { create: true, maintain: false, searchable: false });
  /** The works in each file, identified independently of Paperkin by year and title without punctuation and spaces. */
  const works = new Map();
  const sizes = [];
  const ids = new Set();
  for (const file of there) {
    progress(basename(file));
    const papers = [];
    for await (const input of openInputs(file)) {
      const { format, input: whole } = await recognizeFormat(input);
      for await (const record of format.read(whole)) if (record.kind === "paper") papers.push(record);
    }
    sizes.push(`${papers.length} in ${basename(file)}`);
    for (const { paper } of papers) {
      const work = workOf(paper);
      works.set(work, (works.get(work) ?? new Set()).add(file));
      for (const id of paper.ids) ids.add(id);
    }
    await engine.ingest(asRecords(papers), emptyCounts());
  }
  const stored = await papersOf(engine, ids);
  const { papers: count } = await engine.status();
  await engine.close();
  const byWork = new Map();
  for (const paper of stored) byWork.set(workOf(paper), [...(byWork.get(workOf(paper)) ?? []), paper]);
  // Two entries in one file are intentional; entries in different files are one work that was not merged.
  const doubled = [...byWork.values()].filter(
    (papers) => papers.length > 1 && papers.some((a) => papers.some((b) => !a.sources.some((source) => b.sources.includes(source)))),
  );
  return [
    {
      figure: `one library in ${there.length} forms, works that occur twice`,
      target: "0",
      measured: `${doubled.length} of ${byWork.size}`,
      met: doubled.length === 0,
      workload: `${count} papers from ${sizes.join(", ")}${doubled.length === 0 ? "" : `; ${doubled.map((papers) => papers.map(({ title }) => `“${title}”`).join(" and ")).join("; ")}`}`,
    },
  ];
}

async function* asRecords(records) {
  yield* records;
}

async function papersOf(engine, ids) {
  const stored = (await engine.papers([...ids])).filter((found) => found !== undefined).map(({ paper }) => paper);
  return [...new Map(stored.map((paper) => [paper.paperId, paper])).values()];
}

function workOf({ title, published = "" }) {
  const folded = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
  return `${folded} ${published.slice(0, 4)}`;
}
