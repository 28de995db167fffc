/**
 * Readers of XML formats, given corrupted good documents and malicious ones: they return papers,
 * refusals or one `AppError`, finish soon, need little memory and fetch nothing.
 */
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import type { Format, SourceInput, SourceRecord } from "../../src/core/source.ts";
import { aclAnthologyFormat } from "../../src/sources/acl-anthology.ts";
import { arxivAtomFormat } from "../../src/sources/arxiv-atom.ts";
import { crossrefXmlFormat } from "../../src/sources/crossref-xml.ts";
import { dataciteXmlFormat } from "../../src/sources/datacite-xml.ts";
import { endnoteXmlFormat } from "../../src/sources/endnote-xml.ts";
import { feedFormat } from "../../src/sources/feed.ts";
import { jatsFormat } from "../../src/sources/jats.ts";
import { modsFormat } from "../../src/sources/mods.ts";
import { oaiPmhFormat } from "../../src/sources/oai-pmh.ts";
import { pubmedXmlFormat } from "../../src/sources/pubmed-xml.ts";
import { zoteroRdfFormat } from "../../src/sources/zotero-rdf.ts";
import { makeTemporaryFolder } from "../contract/temporary-folder.ts";
import { xmlSamples } from "../unit/sources/xml-samples.ts";
import { checkPaper, checkRefusal, cpuTimeOf, endless, soonMs } from "./records.ts";
import { brokenText, holds } from "./settings.ts";

const formats: readonly Format[] = [
  arxivAtomFormat,
  feedFormat,
  oaiPmhFormat,
  pubmedXmlFormat,
  jatsFormat,
  crossrefXmlFormat,
  dataciteXmlFormat,
  aclAnthologyFormat,
  modsFormat,
  endnoteXmlFormat,
  zoteroRdfFormat,
];

/** Bytes in pieces that end anywhere, even in the middle of a character. */
function inputOf(written: string | Uint8Array, pieceBytes = 1 << 16): SourceInput {
  const bytes = Buffer.from(written);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return { name: "invented.xml", bytes: pieces() };
}

/** Reads to the end. Anything thrown except an `AppError` fails the test. */
async function readAll(format: Format, input: SourceInput): Promise<SourceRecord[]> {
  const all: SourceRecord[] = [];
  try {
    for await (const record of format.read(input)) all.push(record);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
  }
  return all;
}

function checkRecord(record: SourceRecord): void {
  if (record.kind === "refused") {
    checkRefusal(record.refusal, { file: "invented.xml", line: expect.any(Number), entry: expect.any(String) });
    return;
  }
  if (record.kind === "collection" || record.kind === "deleted") return;
  if (record.kind === "id") throw new Error("only lists of ids give ids alone");
  checkPaper(record.paper);
}

const markup = fc.constantFrom(
  ..."< > & &amp; &eacute; &a; &#0; &#x1F; &#99999999; ]]> <![CDATA[ <!-- --> <? ?> <!DOCTYPE <!DOCTYPE[ </ /> <a> </a> <a/> <a b='c'> <entry> </entry> <item> </item> <record> </record> <paper> </paper> <title> </title> xmlns='x' xmlns:dc='' = ' \" \0 \ufffe \u0301 \r \n <math><msup> <sup>2</sup> <script> &lt;p&gt;".split(
    " ",
  ),
  " ",
  "<b>".repeat(300),
  "x".repeat(70_000),
  `<a b="${"x".repeat(70_000)}">`,
);

/** A document in which characters were lost, doubled, moved or inserted. */
const mangled = (samples: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.record({ at: fc.nat(), length: fc.nat(40), text: fc.oneof(markup, brokenText, fc.constant("")), again: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([sample, changes]) => {
      let text = sample;
      for (const { at, length, text: put, again } of changes) {
        const start = at % Math.max(1, text.length);
        const taken = text.slice(start, start + length);
        text = text.slice(0, start) + put + (again ? taken + taken : "") + text.slice(start + length);
      }
      return text;
    });

/** Elements and attributes swap places: well-formed most of the time, and meaningless. */
const shuffled = (samples: readonly string[]) =>
  fc.tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 })).map(([sample, moves]) => {
    let text = sample;
    for (const [from, to] of moves) {
      const elements = [...text.matchAll(/<([\w:-]+)(?:\s[^<>]*)?>[^<]*<\/\1>|<[\w:-]+[^<>]*\/>/g)];
      const [one, other] = [elements[from % Math.max(1, elements.length)], elements[to % Math.max(1, elements.length)]];
      if (one === undefined || other === undefined || one.index >= other.index) continue;
      text =
        text.slice(0, one.index) +
        other[0] +
        text.slice(one.index + one[0].length, other.index) +
        one[0] +
        text.slice(other.index + other[0].length);
    }
    return text;
  });

const anySample = Object.values(xmlSamples).flat();

describe("corrupted XML", () => {
  for (const format of formats) {
    const samples = xmlSamples[format.name] ?? anySample;
    it(`I11: read as ${format.name} ends in papers, in refusals that say where and why, or in an AppError`, async () => {
      let [papers, refusals] = [0, 0];
      const written = fc.oneof(
        { weight: 5, arbitrary: mangled(samples) },
        { weight: 3, arbitrary: shuffled(samples) },
        { weight: 1, arbitrary: fc.constantFrom(...anySample) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
      );
      await holds(
        fc.asyncProperty(written, fc.constantFrom(3, 61, 400, 100_000), async (document, pieceBytes) => {
          expect(format.recognize(Buffer.from(document).toString())).toBeLessThanOrEqual(1);
          for (const record of await readAll(format, inputOf(document, pieceBytes))) {
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

  it("I11: gives the same records however its bytes are split", () =>
    holds(
      fc.asyncProperty(mangled(anySample), fc.integer({ min: 1, max: 50 }), async (document, pieceBytes) => {
        for (const format of formats) {
          if (format.recognize(document) === 0) continue;
          expect(await readAll(format, inputOf(document, pieceBytes))).toEqual(await readAll(format, inputOf(document, 1 << 20)));
        }
      }),
      60,
    ));

  it("I11: loses no more records than it has faults", () =>
    holds(
      fc.asyncProperty(fc.nat(), fc.nat(59), markup, async (place, chosen, put) => {
        const entries = Array.from(
          { length: 60 },
          (_, number) =>
            `<entry><id>http://arxiv.org/abs/2401.${10_000 + number}v1</id><title>Paper ${number}</title><summary>Text</summary></entry>`,
        );
        const entry = entries[chosen] ?? "";
        const at = place % entry.length;
        entries[chosen] = entry.slice(0, at) + put + entry.slice(at);
        const document = `<feed xmlns="http://www.w3.org/2005/Atom">\n${entries.join("\n")}\n</feed>`;
        const records = await readAll(arxivAtomFormat, inputOf(document));
        const ids = new Set(records.flatMap((record) => (record.kind === "paper" ? record.paper.ids : [])));
        const lost = entries.flatMap((_, number) => (number === chosen || ids.has(`arXiv:2401.${10_000 + number}`) ? [] : [number]));
        expect(lost).toEqual([]);
        const papers = records.filter((record) => record.kind === "paper");
        if (papers.length < entries.length) expect(records.length).toBeGreaterThan(papers.length);
      }),
      300,
    ));
});

describe("malicious XML", () => {
  const entryOf = (text: string) =>
    `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2401.00001v1</id><title>T ${text}</title><summary>${text}</summary></entry></feed>`;

  /** @returns the records, having checked what they cost. */
  async function readCheaply(document: string): Promise<SourceRecord[]> {
    // Compiled and warm: only the document is measured.
    await readAll(arxivAtomFormat, inputOf(entryOf("")));
    const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
    let records: SourceRecord[] = [];
    const taken = await cpuTimeOf(async () => {
      for (const format of formats) format.recognize(document);
      records = await readAll(arxivAtomFormat, inputOf(document));
    });
    expect(taken).toBeLessThan(200);
    expect(process.memoryUsage().heapUsed + process.memoryUsage().external - before).toBeLessThan(50 * 1024 * 1024);
    return records;
  }

  it("I11: a billion laughs are cheap, and are not expanded", async () => {
    const levels = Array.from({ length: 9 }, (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level};`.repeat(10)}">`).join("\n");
    const bomb = `<?xml version="1.0"?>\n<!DOCTYPE feed [<!ENTITY lol0 "lol">\n${levels}]>\n${entryOf("&lol9;")}`;
    expect(await readCheaply(bomb)).toMatchObject([{ kind: "paper", paper: { title: "T &lol9;", abstract: "&lol9;" } }]);
    const long = `<!DOCTYPE feed [<!ENTITY x "${"a".repeat(100_000)}">]>${entryOf("&x;".repeat(10_000))}`;
    expect(await readCheaply(long)).toMatchObject([{ kind: "paper" }]);
  });

  it("I10, I11: nothing outside the document is fetched, and none of it leaks", async () => {
    const folder = await makeTemporaryFolder();
    const secret = "the-secret-in-the-file";
    const file = join(folder.path, "secret.txt");
    writeFileSync(file, secret);
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.end(secret);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/x.dtd`;
      const doctype = `<!DOCTYPE feed PUBLIC "-//x//y" "${url}" [<!ENTITY f SYSTEM "file://${file}"><!ENTITY u SYSTEM "${url}"><!ENTITY % p SYSTEM "${url}">%p;]>`;
      const include = `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://${file}" parse="text"/>`;
      for (const format of formats) {
        for (const sample of [
          entryOf(`&f;&u;${include}`),
          ...(xmlSamples[format.name] ?? []).map((one) => one.replace(/(<(?:\w+:)?title[^<>]*>)/gi, "$1&f;&u;")),
        ]) {
          const records = await readAll(format, inputOf(doctype + sample.replace(/^<\?xml[^>]*>\s*(?:<!DOCTYPE[^>]*>)?/, "")));
          expect(records.length).toBeGreaterThan(0);
          expect(JSON.stringify(records)).not.toContain(secret);
        }
      }
      expect(asked).toBe(0);
    } finally {
      await new Promise((resolve) => server.close(resolve));
      await folder.remove();
    }
  });

  it.each([
    "<",
    "<a>",
    "<a ",
    "<a b='",
    "</a>",
    "<!--",
    "<![CDATA[",
    "<?",
    "<!",
    "<!DOCTYPE a [",
    "&",
    "&a;",
    "]]>",
    "<a xmlns='x'>",
    "<updated>",
    "\n",
    "<entry ",
  ])("I11: endless %s end soon", async (unit) => {
    for (const document of [
      `<feed xmlns="http://www.w3.org/2005/Atom">${unit.repeat(endless)}</feed>`,
      entryOf(unit.repeat(endless)),
      unit.repeat(endless),
    ]) {
      const taken = await cpuTimeOf(async () => {
        for (const format of [arxivAtomFormat, feedFormat, zoteroRdfFormat]) {
          format.recognize(document);
          for (const record of await readAll(format, inputOf(document))) if (record.kind === "refused") checkRecord(record);
        }
      });
      expect(taken).toBeLessThan(2 * soonMs);
    }
  });
});
