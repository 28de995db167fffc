/** Every format that Paperkin reads: format recognition, the help and the documentation are derived from this list. */
import { AppError } from "../core/errors.ts";
import type { Format, SourceInput } from "../core/source.ts";
import { aclAnthologyFormat } from "./acl-anthology.ts";
import { arxivAtomFormat } from "./arxiv-atom.ts";
import { arxivKaggleFormat } from "./arxiv-kaggle.ts";
import { betterBibtexJsonFormat } from "./better-bibtex-json.ts";
import { bibtexFormat } from "./bibtex.ts";
import { biorxivFormat } from "./biorxiv.ts";
import { crossrefJsonFormat } from "./crossref-json.ts";
import { crossrefXmlFormat } from "./crossref-xml.ts";
import { cslFormat } from "./csl.ts";
import { checkTitles, csvFormat } from "./csv.ts";
import { dataciteJsonFormat } from "./datacite-json.ts";
import { dataciteXmlFormat } from "./datacite-xml.ts";
import { endnoteTaggedFormat } from "./endnote-tagged.ts";
import { endnoteXmlFormat } from "./endnote-xml.ts";
import { feedFormat } from "./feed.ts";
import { hfDailyFormat } from "./hf-daily.ts";
import { hfPageFormat } from "./hf-page.ts";
import { idListFormat } from "./id-list.ts";
import { isiFormat } from "./isi.ts";
import { jatsFormat } from "./jats.ts";
import { modsFormat } from "./mods.ts";
import { nbibFormat } from "./nbib.ts";
import { oaiPmhFormat } from "./oai-pmh.ts";
import { openAlexFormat } from "./openalex.ts";
import { paperkinFormat } from "./paperkin.ts";
import { pubmedXmlFormat } from "./pubmed-xml.ts";
import { risFormat } from "./ris.ts";
import { semanticScholarFormat } from "./semantic-scholar.ts";
import { startingWith } from "./starting-with.ts";
import { zoteroJsonFormat } from "./zotero-json.ts";
import { zoteroRdfFormat } from "./zotero-rdf.ts";

export const formats: readonly Format[] = [
  paperkinFormat,
  arxivKaggleFormat,
  semanticScholarFormat,
  openAlexFormat,
  hfDailyFormat,
  hfPageFormat,
  biorxivFormat,
  crossrefJsonFormat,
  dataciteJsonFormat,
  cslFormat,
  zoteroJsonFormat,
  betterBibtexJsonFormat,
  zoteroRdfFormat,
  bibtexFormat,
  risFormat,
  endnoteXmlFormat,
  endnoteTaggedFormat,
  nbibFormat,
  pubmedXmlFormat,
  isiFormat,
  modsFormat,
  arxivAtomFormat,
  oaiPmhFormat,
  feedFormat,
  jatsFormat,
  crossrefXmlFormat,
  dataciteXmlFormat,
  aclAnthologyFormat,
  csvFormat,
  idListFormat,
];

/** Bytes that a format may examine to recognise its own; more if the first line is longer. */
const headBytes = 64 * 1024;
const mostHeadBytes = 4 * 1024 * 1024;
const lineFeed = 10;

/** Throws `unsupported_format`. */
export function formatNamed(name: string): Format {
  const format = formats.find((one) => one.name === name);
  if (format === undefined) {
    throw new AppError("unsupported_format", `There is no format “${name}”.`, {
      mend: `The formats are ${formats.map((one) => one.name).join(", ")}.`,
    });
  }
  return format;
}

/** Media types that only say how the bytes are encoded; the format is then detected. */
const generalTypes = new Set(
  (
    "application/json application/x-ndjson application/ndjson application/jsonl application/json-seq application/xml text/xml " +
    "application/atom+xml application/rss+xml application/rdf+xml application/yaml text/yaml text/plain application/octet-stream " +
    "application/gzip application/x-gzip application/x-www-form-urlencoded"
  ).split(" "),
);

/**
 * @param type a media type, without parameters.
 * @returns undefined if it does not determine the format. Throws `unsupported_format` for a type that cannot hold papers.
 */
export function formatOfMediaType(type: string): Format | undefined {
  const format = formats.find(({ mediaTypes }) => mediaTypes?.includes(type));
  if (format === undefined && type !== "" && !generalTypes.has(type) && !/\+(?:json|xml|yaml)$/.test(type)) {
    throw new AppError("unsupported_format", `Nothing is read from the media type ${type}.`, {
      mend: type.startsWith("multipart/")
        ? "Send the file itself as the body, without a form (curl --data-binary @papers.bib)."
        : `Send one of ${formats.flatMap(({ mediaTypes }) => mediaTypes ?? []).join(", ")}, or application/json, application/xml or text/plain, of which the format is found out.`,
    });
  }
  return format;
}

const unpack = "Unpack it, and import what is in it; .gz and files of .zip are unpacked by themselves.";

/** Files that people mistake for files of papers, with their first bytes after decoding as text (they are not UTF-8). */
const others: readonly { readonly what: string; readonly beginning: string; readonly at?: number; readonly mend: string }[] = [
  { what: "packed by xz", beginning: "ý7zXZ\0", mend: unpack },
  { what: "packed by zstd", beginning: "(µ/ý", mend: unpack },
  { what: "packed by bzip2", beginning: "1AY&SY", at: 4, mend: unpack },
  { what: "a 7-Zip archive", beginning: "7z¼¯'\u001c", mend: unpack },
  { what: "a RAR archive", beginning: "Rar!\u001a", mend: unpack },
  { what: "a zip archive", beginning: "PK\u0003\u0004", mend: unpack },
  { what: "a tar archive", beginning: "ustar\0", at: 257, mend: unpack },
  { what: "a tar archive", beginning: "ustar  \0", at: 257, mend: unpack },
  {
    what: "a PDF",
    beginning: "%PDF-",
    mend: "Import what a reference manager knows of it (Zotero and Mendeley find that out by themselves), or a list of DOIs and arXiv ids, one a line.",
  },
  {
    what: "a file of Excel or Word, as these wrote them before 2007",
    beginning: "ÐÏ\u0011à",
    mend: "Save the table as CSV in UTF-8, and import that.",
  },
  {
    what: "a database",
    beginning: "SQLite format 3\0",
    mend: "Let the program that it belongs to export it: in Zotero, File, Export Library.",
  },
];

/** The most control characters per thousand at the beginning of a text; binary files have more, damaged files of papers fewer. */
const mostControls = 20;

function isText(head: string): boolean {
  const beginning = head.slice(0, 1_000);
  const controls = beginning.match(/[^\P{Cc}\s]/gu) ?? [];
  return controls.length * 1_000 <= mostControls * beginning.length;
}

/** MARCXML, the leader of an ISO 2709 record, or MarcEdit's text format. */
function isMarc(head: string): boolean {
  return head.includes("http://www.loc.gov/MARC21/slim") || /^\d{5}[a-z]{3}.{2,3}22\d{5}/.test(head) || head.startsWith("=LDR ");
}

/**
 * Examines the beginning of an input. @returns the format, and the input with that beginning put back; undefined for an empty input. Throws
 * `unsupported_format` if no format recognises it.
 */
export async function recognizeFormat(input: SourceInput): Promise<{ format: Format; input: SourceInput } | undefined> {
  let iterator = input.bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let hasLine = false;
  let isCut = false;
  while (length < headBytes || (!hasLine && length < mostHeadBytes)) {
    const next = await iterator.next().catch((fault: unknown) => {
      if (length === 0) throw fault;
      isCut = true;
      // The bytes before the fault are still read, and the fault is thrown after them.
      iterator = { next: () => Promise.reject(fault) };
      return { done: true as const };
    });
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.length;
    hasLine ||= next.value.includes(lineFeed);
  }
  const bytes = Buffer.concat(chunks);
  const firstLine = hasLine ? bytes.indexOf(lineFeed) : bytes.length;
  // A line that is cut off may not look like any known format.
  const end = isCut && hasLine ? bytes.lastIndexOf(lineFeed) + 1 : bytes.length;
  const head = new TextDecoder().decode(bytes.subarray(0, Math.min(end, Math.max(headBytes, firstLine))));
  if (head.trim() === "") return undefined;
  const other = others.find(({ beginning, at = 0 }) => head.startsWith(beginning, at));
  if (other !== undefined) {
    await iterator.return?.();
    throw new AppError("unsupported_format", `${input.name} is ${other.what}, in which papers are not looked for.`, { mend: other.mend });
  }
  const [best] = formats.map((format) => ({ format, certainty: format.recognize(head) })).sort((a, b) => b.certainty - a.certainty);
  if (best === undefined || best.certainty === 0 || !isText(head)) {
    await iterator.return?.();
    if (isText(head) && /\.(?:csv|tsv)(?:\.gz)?$/i.test(input.name)) checkTitles(head, input.name);
    if (isMarc(head))
      throw new AppError("unsupported_format", `${input.name} is MARC, in which papers are not looked for.`, {
        mend: "Let the catalogue export MODS, RIS or a table (CSV) instead.",
      });
    throw new AppError("unsupported_format", `${input.name} is in no format that Paperkin knows.`, {
      mend: "It reads BibTeX, RIS, CSL, tables, and what Zotero, EndNote, PubMed and others export. If it is one of these, name the format (--format NAME, in the API format=NAME): each faulty record is then reported.",
    });
  }
  return { format: best.format, input: { ...input, bytes: startingWith(chunks, iterator) } };
}
