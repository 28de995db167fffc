/** What the fields of bibliographies have in common, whatever their format: ids and addresses. */
import { orderIds, recognizeId } from "../core/identity.ts";

/** Fields that may hold ids. */
export interface IdFields {
  readonly doi?: string | undefined;
  readonly arxiv?: string | undefined;
  readonly pmid?: string | undefined;
  readonly pmcid?: string | undefined;
  /** Accession numbers of databases, such as `WOS:000…`. */
  readonly accession?: readonly string[];
  /** Addresses, keys and other texts, which count as ids only if their scheme is certain. */
  readonly others?: readonly (string | undefined)[];
}

/**
 * The ids that are certain, best first. A number that is private to one library (`ID - 139`) is left out: two libraries use it for
 * different papers, and papers with an id in common are merged.
 */
export function idsOf({ doi, arxiv, pmid, pmcid, accession = [], others = [] }: IdFields): string[] {
  const ids = [
    withPrefix("arXiv", arxiv?.split(" [")[0]),
    withPrefix("DOI", doi === undefined ? undefined : firstOf(doi.replace(/^\s*doi:\s*/i, ""))),
    withPrefix("PMID", pmid),
    withPrefix("PMCID", pmcid),
    // zbMATH numbers its reviews as arXiv numbers its papers: 1234.56789. A key may be any hash.
    ...others.filter((text) => !/^\s*(?:\d{4}\.\d{4,5}(?:v\d+)?|[0-9a-f]{40})\s*$/i.test(text ?? "")).map((text) => recognized(text)),
    ...accession.map(accessionOf),
  ];
  return orderIds(ids.flatMap((id) => id ?? []));
}

function withPrefix(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : (recognized(`${prefix}:${text.trim()}`) ?? recognized(text));
}

/**
 * The first of several DOIs in one field. A semicolon separates them only if another DOI begins after it: older DOIs contain semicolons
 * (`…>2.0.CO;2`).
 */
function firstOf(text: string): string | undefined {
  return text.split(/\s+|;(?=\s|$|10\.\d|doi:|https?:)/i).find((part) => part !== "");
}

function recognized(text: string | undefined): string | undefined {
  return text === undefined || text.length > 1_000 ? undefined : recognizeId(text)?.id;
}

/** The id for an accession number that identifies one record worldwide; the Web of Science has renamed its own prefix. */
function accessionOf(text: string): string | undefined {
  const [, database = "", number = ""] =
    /^(WOS|ISI|INSPEC|MEDLINE|BIOSIS|BCI|CABI|CCC|KJD|RSCI|SCIELO|PPRN|DRCI):\s*(\S{1,100})$/i.exec(text.trim()) ?? [];
  if (number === "") return undefined;
  const name = database.toUpperCase();
  if (name === "MEDLINE") return recognized(`PMID:${number}`);
  return `${name === "ISI" ? "WOS" : name}:${number.toUpperCase()}`;
}

/**
 * DOIs from before the web have brackets and semicolons in them (`…(1963)020<0130:DNF>2.0.CO;2`): cut there, all papers of an issue would
 * become one.
 */
const address = /https?:\/\/(?:(?:dx\.|www\.)?doi\.org\/10\.(?:(?!<\/|;https?:)[^\s"])+|[^\s<>"{}|;]+)/gi;

/** The first web address in a text. */
export function addressIn(text: string | undefined): string | undefined {
  return addressesIn(text)[0];
}

export function addressesIn(text: string | undefined): string[] {
  return text?.match(address) ?? [];
}

/** The first address that looks like a PDF's. */
export function pdfAmong(addresses: readonly (string | undefined)[]): string | undefined {
  return addresses.find((address) => address !== undefined && /\.pdf(?:[?#]|$)/i.test(address));
}
