/**
 * Readers of JSON documents, CSL-YAML and saved pages, given corrupted good ones and malicious ones: they
 * return papers, refusals or one `AppError`, finish soon, and need little memory.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { parseId } from "../../src/core/identity.ts";
import type { Format, SourceRecord } from "../../src/core/source.ts";
import { betterBibtexJsonFormat } from "../../src/sources/better-bibtex-json.ts";
import { crossrefJsonFormat } from "../../src/sources/crossref-json.ts";
import { cslFormat } from "../../src/sources/csl.ts";
import { dataciteJsonFormat } from "../../src/sources/datacite-json.ts";
import { hfDailyFormat } from "../../src/sources/hf-daily.ts";
import { hfPageFormat } from "../../src/sources/hf-page.ts";
import { idListFormat } from "../../src/sources/id-list.ts";
import { openAlexFormat } from "../../src/sources/openalex.ts";
import { semanticScholarFormat } from "../../src/sources/semantic-scholar.ts";
import { zoteroJsonFormat } from "../../src/sources/zotero-json.ts";
import { cslYamlSample, hfPageSample, jsonSamples } from "../unit/sources/json-samples.ts";
import { checkPaper, checkRefusal, cpuTimeOf, endless, recordsOf, soonMs } from "./records.ts";
import { brokenText, holds } from "./settings.ts";

const formats: readonly Format[] = [
  hfDailyFormat,
  crossrefJsonFormat,
  dataciteJsonFormat,
  cslFormat,
  zoteroJsonFormat,
  betterBibtexJsonFormat,
  semanticScholarFormat,
  openAlexFormat,
];

function checkRecord(record: SourceRecord): void {
  if (record.kind === "refused") {
    checkRefusal(record.refusal, { file: "invented.txt", line: expect.any(Number) });
    return;
  }
  if (record.kind === "collection" || record.kind === "deleted") return;
  if (record.kind === "id") throw new Error("only lists of ids give ids alone");
  checkPaper(record.paper);
}

const special = fc.constantFrom(
  ..."{ } [ ] [] {} , : \" \\ \\u \\ud800 null true -1 1e999 NaN ' # - -- | > & * ! % @ ` ~ \0 \x1e \ufeff \u2028 \u00a0 \r \n \r\n • · <i> &amp; <jats:p>".split(
    " ",
  ),
  " ",
  "\n- ",
  "\n  - ",
  ": ",
  "&a ",
  "*a",
  "<<: *a",
  "!!binary ",
  '{"title": ',
  '"data": [',
  "\n  • 5 authors\n·\n",
  "\nMar 6\n",
  "\nFeb 30, 2025\n",
  "authors",
  "2024-02-30",
  "10.1234/",
  "{".repeat(300),
  "[".repeat(20_000),
  '"'.repeat(2_001),
  "\\".repeat(2_001),
  "x".repeat(100_001),
);

/** A document in which characters were lost, doubled, moved or inserted. */
const mangled = (samples: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.record({ at: fc.nat(), length: fc.nat(30), put: fc.oneof(special, brokenText, fc.constant("")), again: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([sample, changes]) => {
      let text = sample;
      for (const { at, length, put, again } of changes) {
        const start = at % Math.max(1, text.length);
        const taken = text.slice(start, start + length);
        text = text.slice(0, start) + put + (again ? taken + taken : "") + text.slice(start + length);
      }
      return text;
    });

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  brokenText,
  fc.constantFrom<unknown>(null, true, -1, 1.5, 1e308, "", "0000", "2023-02-30", 99_999, [], {}, [null], [[]], [{}], { toString: 1 }, [
    "a",
    1,
  ]),
);

/** A document that is still JSON, in which values were replaced, removed, renamed, or moved. */
const spoiled = (samples: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...samples.filter((sample) => /^[[{]/.test(sample))),
      fc.array(
        fc.record({
          object: fc.nat(),
          field: fc.nat(),
          value: anyValue,
          from: fc.nat(),
          change: fc.constantFrom("replace", "replace", "remove", "rename", "move"),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      fc.constantFrom(undefined, 1),
    )
    .map(([sample, changes, indent]) => {
      const document: unknown = JSON.parse(sample);
      for (const { object, field, value: drawn, from, change } of changes) {
        const objects = objectsIn(document);
        const chosen = objects[object % objects.length] ?? {};
        const keys = Object.keys(chosen);
        const key = keys[field % Math.max(1, keys.length)] ?? "title";
        // A copy: the constants among them must not change.
        if (change === "replace") chosen[key] = JSON.parse(JSON.stringify(drawn));
        if (change === "remove") delete chosen[key];
        if (change === "rename") chosen[["constructor", "__proto__", "valueOf", key.toUpperCase()][field % 4] ?? "x"] = chosen[key];
        if (change === "move") chosen[key] = JSON.parse(JSON.stringify(Object.values(objects[from % objects.length] ?? {})[0] ?? null));
      }
      return JSON.stringify(document, undefined, indent);
    });

/** The outermost first. */
function objectsIn(value: unknown, depth = 0): Record<string, unknown>[] {
  if (typeof value !== "object" || value === null || depth > 6) return [];
  const inner = Object.values(value).flatMap((part) => objectsIn(part, depth + 1));
  return Array.isArray(value) ? inner : [Object.assign(value), ...inner];
}

const anySample = [...Object.values(jsonSamples).flat(), cslYamlSample, hfPageSample];

const contentOf = (samples: readonly string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: mangled(samples) },
    ...(samples.some((sample) => /^[[{]/.test(sample)) ? [{ weight: 4, arbitrary: spoiled(samples) }] : []),
    { weight: 1, arbitrary: fc.tuple(mangled(samples), mangled(samples)).map((texts) => texts.join("\n")) },
    { weight: 1, arbitrary: fc.constantFrom(...anySample) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );

const cases: readonly { readonly name: string; readonly format: Format; readonly samples: readonly string[] }[] = [
  ...formats.map((format) => ({
    name: format.name,
    format,
    samples: (jsonSamples[format.name] ?? []).filter((sample) => sample !== cslYamlSample),
  })),
  { name: "csl in YAML", format: cslFormat, samples: [cslYamlSample] },
  { name: hfPageFormat.name, format: hfPageFormat, samples: [hfPageSample] },
];

describe("corrupted JSON, YAML and pages", () => {
  for (const { name, format, samples } of cases) {
    it(`I11: read as ${name} end in papers, in refusals that say where and why, or in an AppError, however the bytes are split`, async () => {
      let [papers, refusals] = [0, 0];
      await holds(
        fc.asyncProperty(contentOf(samples), fc.constantFrom(1, 3, 61, 400), async (document, pieceBytes) => {
          expect(format.recognize(Buffer.from(document).toString())).toBeLessThanOrEqual(1);
          const records = await recordsOf(format, document);
          expect(await recordsOf(format, document, pieceBytes)).toEqual(records);
          if (records instanceof AppError) return;
          for (const record of records) {
            checkRecord(record);
            if (record.kind === "paper") papers++;
            else refusals++;
          }
        }),
        150,
      );
      expect(Math.min(papers, refusals)).toBeGreaterThan(20);
    });
  }

  it("I11: read as a list of ids give ids and refusals", () =>
    holds(
      fc.asyncProperty(fc.array(fc.oneof(brokenText, special, fc.constantFrom("2401.00001", "PMID:5", "# x"))), async (parts) => {
        const text = parts.join("\n");
        expect([0, 1]).toContain(idListFormat.recognize(text));
        const records = await recordsOf(idListFormat, text);
        if (records instanceof AppError) throw records;
        for (const record of records) {
          expect(["id", "refused"]).toContain(record.kind);
          if (record.kind === "id") expect(parseId(record.id)?.id).toBe(record.id);
        }
      }),
      150,
    ));

  it("I11: lose no more records than they have faults", () =>
    holds(
      fc.asyncProperty(fc.nat(), fc.nat(59), special, fc.constantFrom("list", "lines"), async (place, chosen, put, form) => {
        const items = Array.from({ length: 60 }, (_, number) =>
          JSON.stringify({ id: `k${number}`, type: "book", title: `Paper ${number}`, DOI: `10.5555/${number}` }),
        );
        const item = items[chosen] ?? "";
        const at = 1 + (place % (item.length - 1));
        items[chosen] = item.slice(0, at) + put + item.slice(at);
        const records = await recordsOf(cslFormat, form === "list" ? `[\n${items.join(",\n")}\n]\n` : `${items.join("\n")}\n`);
        if (records instanceof AppError) throw records;
        const titles = new Set(records.flatMap((record) => (record.kind === "paper" ? [record.paper.title] : [])));
        const lost = items.flatMap((_, number) => (number === chosen || titles.has(`Paper ${number}`) ? [] : [number]));
        expect(lost).toEqual([]);
      }),
      300,
    ));
});

describe("malicious JSON and YAML", () => {
  /** One for JSON only, one for both JSON and YAML, and one for pages. */
  const readers = [openAlexFormat, cslFormat, hfPageFormat];

  // Compiled and warm: only the documents are measured.
  beforeAll(async () => {
    for (const format of readers) await recordsOf(format, anySample.join("\n"));
  });

  /** @returns the last records of each format, having checked what all cost. */
  async function readCheaply(document: string, mostMs = 5_000): Promise<SourceRecord[]> {
    const all: SourceRecord[] = [];
    const before = process.memoryUsage().heapUsed;
    const taken = await cpuTimeOf(async () => {
      for (const format of readers) {
        format.recognize(document.slice(0, 65_536));
        const records = await recordsOf(format, document);
        if (!(records instanceof AppError)) all.push(...records.slice(-50));
      }
    });
    expect(taken).toBeLessThan(mostMs);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(250 * 1024 * 1024);
    for (const record of all) checkRecord(record);
    return all;
  }

  it.each([
    ..."[ { ] } , : \" \\ - & * # | > ! \n ' a".split(" "),
    '{"a":',
    "[{",
    '"a":{',
    "- - ",
    "? ",
    "\n- a",
    "\n- *a",
    "&a ",
    "• 5 authors\n",
    "Mar 6\n",
    "·\n",
  ])("I11: endless %j end soon", { timeout: 60_000 }, async (unit) => {
    const text = unit.repeat(Math.ceil(endless / unit.length));
    for (const document of [text, `[{"title": "T", "a": ${text}`, `references:\n- title: T\n  a: ${text}\n- title: U\n`])
      await readCheaply(document, soonMs);
  });

  it("I11: aliases of aliases in YAML are not multiplied", async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `  a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join(", ")}]`,
    );
    const bomb = `references:\n- title: T\n  a0: &a0 [x, x, x]\n${levels.join("\n")}\n  note: *a12\n- title: U\n  id: u\n`;
    const records = await readCheaply(bomb);
    expect(records).toContainEqual(expect.objectContaining({ kind: "paper", paper: expect.objectContaining({ title: "U" }) }));
    const circle = `references:\n- &a\n  title: T\n  author: *a\n  note: &b [*b]\n- title: U\n`;
    expect(await readCheaply(circle)).toContainEqual(
      expect.objectContaining({ kind: "paper", paper: expect.objectContaining({ title: "U" }) }),
    );
  });

  it("I11: huge texts, names and numbers are refused, or read as what they are", async () => {
    for (const huge of [
      `[{"title": "T", "abstract": "${"x".repeat(3_000_000)}", "DOI": "10.5555/1", "upvotes": 1, "id": "x"}]`,
      `[{"title": "${"é".repeat(1_000_000)}"}]`,
      `[{"${"n".repeat(3_000_000)}": 1}]`,
      `[{"title": "T", "cited_by_count": 1${"0".repeat(100_000)}}]`,
      `[{"title": "T", "author": [${'{"family":"A"},'.repeat(100_000)}null]}]`,
      `[{"id": "https://openalex.org/W1", "title": "T", "abstract_inverted_index": {"a": [${"1,".repeat(500_000)}1]}}]`,
    ])
      await readCheaply(huge);
  });
});
