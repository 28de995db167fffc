/** What fields of bibliographies have in common, whatever their format: ids and addresses. */
import { orderIds, recognizeId } from "../core/identity.ts";

/** Fields that may hold ids. */
export interface IdFields {
  readonly doi?: string | undefined;
  readonly arxiv?: string | undefined;
  readonly pmid?: string | undefined;
  readonly pmcid?: string | undefined;
  /** Numbers of databases, `WOS:000…` among them. */
  readonly accession?: readonly string[];
  /** Addresses, keys and anything else that is an id only where its scheme is certain. */
  readonly others?: readonly (string | undefined)[];
}

/**
 * The ids that are certain, the best first. A number of one's own library (`ID  - 139`) is none: two libraries have it for different papers,
 * and papers with an id in common are one.
 */
export function idsOf({ doi, arxiv, pmid, pmcid, accession = [], others = [] }: IdFields): string[] {
  const ids = [
    withPrefix("arXiv", arxiv?.split(" [")[0]),
    withPrefix("DOI", doi === undefined ? undefined : firstOf(doi.replace(/^\s*doi:\s*/i, ""))),
    withPrefix("PMID", pmid),
    withPrefix("PMCID", pmcid),
    // zbMATH numbers its reviews as arXiv its papers: 1234.56789.
    ...others.filter((text) => !/^\s*\d{4}\.\d{4,5}(?:v\d+)?\s*$/.test(text ?? "")).map((text) => recognized(text)),
    ...accession.map(accessionOf),
  ];
  return orderIds(ids.flatMap((id) => id ?? []));
}

function withPrefix(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : (recognized(`${prefix}:${text.trim()}`) ?? recognized(text));
}

/** Of several DOIs in one field the first. A semicolon divides them where another begins behind it: older ones have some within (`…>2.0.CO;2`). */
function firstOf(text: string): string | undefined {
  return text.split(/\s+|;(?=\s|$|10\.\d|doi:|https?:)/i).find((part) => part !== "");
}

function recognized(text: string | undefined): string | undefined {
  return text === undefined || text.length > 1_000 ? undefined : recognizeId(text)?.id;
}

/** Numbers that name one record in the whole world; the Web of Science has renamed its own. */
function accessionOf(text: string): string | undefined {
  const [, database = "", number = ""] =
    /^(WOS|ISI|INSPEC|MEDLINE|BIOSIS|BCI|CABI|CCC|KJD|RSCI|SCIELO|PPRN|DRCI):\s*(\S{1,100})$/i.exec(text.trim()) ?? [];
  if (number === "") return undefined;
  const name = database.toUpperCase();
  if (name === "MEDLINE") return recognized(`PMID:${number}`);
  return `${name === "ISI" ? "WOS" : name}:${number.toUpperCase()}`;
}

/** DOIs as old as addresses have brackets and semicolons in them (`…(1963)020<0130:DNF>2.0.CO;2`): cut there, all of an issue would be one paper. */
const address = /https?:\/\/(?:(?:dx\.|www\.)?doi\.org\/10\.(?:(?!<\/|;https?:)[^\s"])+|[^\s<>"{}|;]+)/gi;

/** The first web address in a text. */
export function addressIn(text: string | undefined): string | undefined {
  return addressesIn(text)[0];
}

export function addressesIn(text: string | undefined): string[] {
  return text?.match(address) ?? [];
}

/** An address that is a PDF's by its look. */
export function pdfAmong(addresses: readonly (string | undefined)[]): string | undefined {
  return addresses.find((address) => address !== undefined && /\.pdf(?:[?#]|$)/i.test(address));
}
