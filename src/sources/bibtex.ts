/**
 * BibTeX and BibLaTeX, as Zotero, Mendeley, JabRef, DBLP, arXiv, ACM and people write them. Entries are found and split here, one at a
 * time; bibtex-parser supplies the meaning of TeX's commands.
 */
import type { Author, NewPaper } from "../core/paper.ts";
import type { Format, SourceInput, SourceRecord } from "../core/source.ts";
import { addressIn, idsOf, pdfAmong } from "./bibliographic.ts";
import { EntryFinder, type RawEntry } from "./bibtex-entries.ts";
import { readBibtexFields, readBibtexString } from "./bibtex-fields.ts";
import { readBibtexNames } from "./bibtex-names.ts";
import { type BibtexEntry, CrossReferences } from "./bibtex-references.ts";
import { languageTag } from "./language-tag.ts";
import { listedWords } from "./listed-text.ts";
import { readLooseDate } from "./loose-date.ts";
import { paperOrRefusal, refused } from "./paper-or-refusal.ts";
import { faultOf, paperOf, RecordFault } from "./record.ts";
import { openTexCommands, type TexCommands } from "./tex-commands.ts";
import { readTex } from "./tex-text.ts";
import { readTextBlocks } from "./text-blocks.ts";

const name = "bibtex";

/** Types of entries about the file or about other entries, which are not papers. */
const noPapers = new Set(["comment", "preamble", "string", "set", "xdata", "control", "ieeetranbstctl", "bstctl"]);

/** The total length in characters up to which the strings of a file are kept. */
const mostStrings = 1024 * 1024;

/** Longer fields are not read as TeX; no title or abstract is that long. */
const longestTex = 100_000;

export const bibtexFormat: Format = {
  name,
  description: "BibTeX and BibLaTeX (.bib)",
  mediaTypes: ["application/x-bibtex", "text/x-bibtex"],
  recognize(head) {
    if (!/^[ \t\ufeff]*@[A-Za-z]+[ \t]*[{(]/m.test(head) || /^\s*[[{<]/.test(head)) return 0;
    return /^[ \t\ufeff]*@[A-Za-z]+\s*[{(][^,={}]{0,200},\s*[\w-]+\s*=/m.test(head) ||
      /^[ \t\ufeff]*@(?:comment|string|preamble)\s*\{/im.test(head)
      ? 1
      : 0.5;
  },
  read: readEntries,
};

async function* readEntries(input: SourceInput): AsyncIterable<SourceRecord> {
  const commands = await openTexCommands();
  const finder = new EntryFinder();
  const library = new EntryReader(input.name, commands);
  try {
    for await (const block of readTextBlocks(input.bytes)) for (const raw of finder.take(block)) yield* library.take(raw);
  } catch (fault) {
    // Entries that are waiting for others are complete.
    yield* library.end();
    throw fault;
  }
  for (const raw of finder.end()) yield* library.take(raw);
  yield* library.end();
}

/** Turns entries into papers, and keeps what the entries of a file share. */
class EntryReader {
  readonly #file: string;
  readonly #commands: TexCommands;
  readonly #strings = new Map<string, string>();
  #stringsLength = 0;
  readonly #references = new CrossReferences();

  constructor(file: string, commands: TexCommands) {
    this.#file = file;
    this.#commands = commands;
  }

  *take(raw: RawEntry): Generator<SourceRecord> {
    const { type, line, body, escapes, fault } = raw;
    const beginning = `@${type}{${body.slice(0, 500)}`;
    if (type === "comment" || type === "preamble") return;
    try {
      if (fault !== undefined) throw new RecordFault(undefined, fault);
      if (type === "string") this.#keepStrings(readBibtexString(body, escapes, this.#strings));
      else yield* this.#papers(this.#references.take({ type, line, beginning, ...readBibtexFields(body, escapes, this.#strings) }));
    } catch (error) {
      const { message, field } = faultOf(error);
      const [key = ""] = body.slice(0, 200).split(/[,=\n]/);
      yield refused(this.#placeOf(line, type === "string" ? "" : key.trim()), beginning, message, field);
    }
  }

  *end(): Generator<SourceRecord> {
    yield* this.#papers(this.#references.end());
  }

  *#papers(entries: Iterable<BibtexEntry>): Generator<SourceRecord> {
    for (const entry of entries) {
      if (noPapers.has(entry.type)) continue;
      const record = paperOrRefusal(this.#placeOf(entry.line, entry.key), entry.beginning, () => paperOfEntry(entry, this.#commands));
      // JabRef's groups are separated by commas.
      const groups = listedWords(entry.fields.get("groups")?.slice(0, longestTex) ?? "");
      yield record.kind === "paper" && groups.length > 0 ? { ...record, collections: groups } : record;
    }
  }

  #keepStrings(strings: ReadonlyMap<string, string>): void {
    for (const [key, value] of strings) {
      this.#stringsLength += key.length + value.length;
      if (this.#stringsLength <= mostStrings) this.#strings.set(Buffer.from(key).toString(), Buffer.from(value).toString());
    }
  }

  #placeOf(line: number, key: string) {
    return { file: this.#file, line, ...(key === "" ? {} : { entry: key }) };
  }
}

/** Throws `RecordFault`. */
function paperOfEntry(entry: BibtexEntry, commands: TexCommands): NewPaper {
  const { key, fields } = entry;
  const text = (field: string): string | undefined => {
    const tex = fields.get(field);
    if (tex !== undefined && tex.length > longestTex) throw new RecordFault(field, `it has ${tex.length} characters`);
    return tex === undefined ? undefined : readTex(tex, commands);
  };
  const first = (...names: readonly string[]) => names.map((one) => text(one)?.trim()).find((value) => value !== undefined && value !== "");
  const verbatim = (field: string) => verbatimOf(fields.get(field) ?? "");
  const names = (field: string): Author[] => readBibtexNames(fields.get(field) ?? "", (tex) => readTex(tex, commands));
  const addresses = [verbatim("url"), verbatim("howpublished"), verbatim("note"), verbatim("pdf")].map(addressIn);
  const [url, published, note] = addresses;
  const pdf = addresses.at(-1);
  const venue = first("journaltitle", "journal", "booktitle", "maintitle");
  const authors = names("author");
  return paperOf(
    {
      ids: idsOf({ ...eprintIds(verbatim, venue), doi: verbatim("doi"), others: [url, published, note, key, verbatim("ee")] }),
      nameless: true,
      title: [first("title", ...(isWhole(entry) ? ["booktitle", "maintitle"] : [])), first("subtitle")]
        .filter((part) => part !== undefined)
        .join(": "),
      abstract: first("abstract"),
      authors: authors.length > 0 ? authors : names("editor"),
      published: readLooseDate(first("date")) ?? readLooseDate(first("year"), first("month"), first("day")),
      venue,
      categories: [first("primaryclass", "eprintclass") ?? ""].flatMap((text) => text.split(/[\s,;]+/)),
      keywords: [first("keywords", "keyword"), first("author_keywords")].flatMap((words) => listedWords(words ?? "")),
      url: url ?? published ?? note,
      pdfUrl: pdf ?? pdfAmong([url]),
      codeUrl: addressIn(verbatim("code")) ?? addressIn(verbatim("code_url")),
      language: languageTag(first("langid")) ?? languageTag(first("language")),
      status: statusOf(first("note")),
    },
    name,
  );
}

/** Whether an entry is a whole book rather than a part of one: then its title may be in `booktitle`. */
function isWhole({ type }: BibtexEntry): boolean {
  return /^(?:mv)?(?:book|collection|proceedings|reference)$/.test(type);
}

/** Ids of preprints: arXiv's from its own field, from `journal` (Google Scholar) or from `volume` (DBLP); PubMed's. */
function eprintIds(verbatim: (field: string) => string, venue: string | undefined): { arxiv?: string; pmid?: string; pmcid?: string } {
  const archive = (verbatim("archiveprefix") || verbatim("eprinttype") || verbatim("archive")).toLowerCase();
  const eprint = verbatim("eprint");
  const isPubmed = archive === "pubmed" || archive === "pmid";
  const [, cited] =
    /\barXiv\s*(?:preprint)?\s*(?:arXiv)?:\s*([a-z-]*(?:\.[A-Z]{2})?\/?\d[\d.]{5,10}(?:v\d+)?)/i.exec(venue?.slice(0, 200) ?? "") ?? [];
  const [, volume] = /^abs\/(\S+)$/.exec(verbatim("volume")) ?? [];
  const arxiv = (isPubmed ? "" : eprint) || verbatim("arxiv") || verbatim("arxivid") || cited || volume;
  const pmid = (isPubmed ? eprint : "") || verbatim("pmid");
  return { ...(arxiv ? { arxiv } : {}), ...(pmid ? { pmid } : {}), pmcid: verbatim("pmcid") || verbatim("pmc") };
}

/** A field that holds an id or an address: only the escapes that programs add are removed. */
function verbatimOf(tex: string): string {
  if (tex.length > longestTex) return "";
  if (!/[\\{}$]/.test(tex)) return tex.trim();
  return tex
    .replace(/\\(?:url|path|nolinkurl|textasciitilde|sim)(?![A-Za-z])|\$\\sim\$|\\~/g, (command) =>
      /sim|tilde|~/.test(command) ? "~" : "",
    )
    .replace(/[{}$]/g, "")
    .replace(/\\([_%&#~^-])/g, "$1")
    .trim();
}

function statusOf(note: string | undefined): NewPaper["status"] {
  if (note === undefined) return undefined;
  return /^retracted\b/i.test(note) ? "retracted" : /^withdrawn\b/i.test(note) ? "withdrawn" : undefined;
}
