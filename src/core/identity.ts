/**
 * The ids of a paper. Every scheme has one canonical spelling, so that `arXiv:2401.00001v2`, `https://arxiv.org/pdf/2401.00001` and
 * `10.48550/arXiv.2401.00001` are one id.
 */
import { compareText } from "./order.ts";
import { removeControls } from "./text.ts";

interface Scheme {
  /** Prefix of the canonical form. */
  readonly name: string;
  /** Reads the part after the prefix (or a bare id if `bare`); undefined if it is not an id of this scheme. */
  readonly read: (text: string) => string | undefined;
  /** Spellings of the prefix, lower case. */
  readonly prefixes: readonly string[];
  /** Is recognised without a prefix. */
  readonly bare?: boolean;
  /** Web addresses that name a paper of this scheme; the first group is the id. */
  readonly urls?: readonly RegExp[];
  /** Where a person reads about it. */
  readonly link?: (id: string) => string;
}

const newArxiv = /^(\d{4}\.\d{4,5})(?:v(\d+))?$/;
const oldArxiv = /^([a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v(\d+))?$/i;

function readArxiv(text: string): string | undefined {
  const id = text
    .trim()
    .replace(/\/$/, "")
    .replace(/\.pdf$/i, "");
  const match = newArxiv.exec(id);
  if (match?.[1] !== undefined) return match[1];
  const old = oldArxiv.exec(id);
  // math.GT/0309136 and math/0309136 are one paper; the archive is lower case.
  if (old?.[1] !== undefined) return old[1].replace(/\.[A-Z]{2}\//i, "/").toLowerCase();
  return undefined;
}

function readDoi(text: string): string | undefined {
  const match = /^(10\.\d{4,9}(?:\.\d+)*\/\S+)$/.exec(decodePercent(text.trim()));
  // Looking back keeps a long run of dots from being tried from each of them.
  return match?.[1]?.toLowerCase().replace(/(?<![.,;])[.,;]+$/, "");
}

function decodePercent(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readMatching(pattern: RegExp, change: (id: string) => string = (id) => id): (text: string) => string | undefined {
  return (text) => (pattern.test(text.trim()) ? change(text.trim()) : undefined);
}

/** In order of preference as a paper's `paperId`. */
const schemes: readonly Scheme[] = [
  {
    name: "arXiv",
    prefixes: ["arxiv"],
    bare: true,
    read: readArxiv,
    urls: [
      /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/(?:abs|pdf|html|format)\/([^?#]+)/i,
      /^https?:\/\/(?:www\.)?(?:alphaxiv\.org\/abs|huggingface\.co\/papers)\/([^/?#]+)/i,
    ],
    link: (id) => `https://arxiv.org/abs/${id}`,
  },
  {
    name: "DOI",
    prefixes: ["doi"],
    bare: true,
    read: readDoi,
    urls: [
      /^https?:\/\/(?:dx\.|www\.)?doi\.org\/(10\.[^?#]+)/i,
      /^https?:\/\/dl\.acm\.org\/doi\/(?:(?:abs|pdf|epdf|full|fullhtml)\/)?(10\.[^?#]+)/i,
      // Behind the DOI stand the version and the form: `v2.full.pdf`.
      /^https?:\/\/(?:www\.)?(?:bio|med)rxiv\.org\/content\/(10\.\d{4,9}\/(?:\d{4}\.\d\d\.\d\d\.)?\d+)(?=v\d|[./?#]|$)/i,
    ],
    link: (id) => `https://doi.org/${id}`,
  },
  {
    name: "ACL",
    prefixes: ["acl"],
    read: readMatching(/^(?:[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+)$/i),
    urls: [
      /^https?:\/\/(?:www\.)?aclanthology\.org\/([^/?#]+?)(?:\.pdf|\/)?$/i,
      // Where the ACL Anthology was before.
      /^https?:\/\/(?:www\.)?aclweb\.org\/anthology\/(?:papers\/)?(?:[A-Z]\/[A-Z]\d\d\/)?([^/?#]+?)(?:\.pdf|\/)?$/i,
    ],
    link: (id) => `https://aclanthology.org/${id}`,
  },
  {
    name: "PMID",
    prefixes: ["pmid", "pubmed"],
    read: readMatching(/^\d{1,9}$/, (id) => String(Number(id))),
    urls: [/^https?:\/\/pubmed\.ncbi\.nlm\.nih\.gov\/(\d+)/i, /^https?:\/\/www\.ncbi\.nlm\.nih\.gov\/pubmed\/(\d+)/i],
    link: (id) => `https://pubmed.ncbi.nlm.nih.gov/${id}/`,
  },
  {
    name: "PMCID",
    prefixes: ["pmcid", "pmc"],
    read: readMatching(/^(?:PMC)?\d{1,9}$/i, (id) => `PMC${id.replace(/^PMC/i, "")}`),
    urls: [/^https?:\/\/(?:www\.ncbi\.nlm\.nih\.gov\/pmc|pmc\.ncbi\.nlm\.nih\.gov)\/articles\/((?:PMC)?\d+)/i],
    link: (id) => `https://pmc.ncbi.nlm.nih.gov/articles/${id}/`,
  },
  {
    name: "OpenAlex",
    prefixes: ["openalex"],
    read: readMatching(/^W\d+$/i, (id) => id.toUpperCase()),
    urls: [/^https?:\/\/(?:api\.)?openalex\.org\/(?:works\/)?(W\d+)/i],
    link: (id) => `https://openalex.org/${id}`,
  },
  {
    name: "S2",
    prefixes: ["s2", "s2id"],
    bare: true,
    read: readMatching(/^[0-9a-f]{40}$/i, (id) => id.toLowerCase()),
    urls: [/^https?:\/\/(?:www\.)?semanticscholar\.org\/paper\/(?:[^/?#]+\/)?([0-9a-f]{40})/i],
    link: (id) => `https://www.semanticscholar.org/paper/${id}`,
  },
  {
    name: "CorpusId",
    prefixes: ["corpusid"],
    read: readMatching(/^\d+$/),
    urls: [/^https?:\/\/api\.semanticscholar\.org\/CorpusID:(\d+)/i],
    link: (id) => `https://api.semanticscholar.org/CorpusID:${id}`,
  },
  {
    name: "DBLP",
    prefixes: ["dblp"],
    read: readMatching(/^[^\s/]+\/\S+$/),
    urls: [/^https?:\/\/dblp\.org\/rec\/([^?#]+?)(?:\.html)?$/i],
    link: (id) => `https://dblp.org/rec/${id}`,
  },
  { name: "MAG", prefixes: ["mag"], read: readMatching(/^\d+$/) },
];

/** An id as a person or a source writes it, in its canonical form. */
export interface KnownId {
  /** `arXiv`, `DOI`, …, or undefined for an id of no known scheme. */
  readonly scheme: string | undefined;
  /** `arXiv:2401.00001`; the text itself, cleaned, for an unknown scheme. */
  readonly id: string;
  /** The arXiv version that the text named. */
  readonly version: number | undefined;
}

/**
 * Reads one id: prefixed, bare (arXiv, DOI, Semantic Scholar), or a web address.
 * @returns undefined for empty text; an unknown kind of id comes back as it is, without scheme: in one line, and with nothing in it that
 * nobody sees, since ids stand in addresses and on terminals.
 */
export function parseId(raw: string): KnownId | undefined {
  const text = removeControls(raw)
    .replace(/[\t\r\n\u2028\u2029]+/g, " ")
    .trim();
  if (text === "") return undefined;
  const known = readUrl(text) ?? readPrefixed(text) ?? readBare(text);
  if (known !== undefined) return known;
  return { scheme: undefined, id: text.normalize("NFC"), version: undefined };
}

/** As {@link parseId}, for texts that may be anything (a search query): undefined unless a scheme recognises it. */
export function recognizeId(raw: string): KnownId | undefined {
  const known = parseId(raw);
  return known?.scheme === undefined ? undefined : known;
}

/**
 * As {@link recognizeId}, for an id that was copied with what stood around it: brackets, a full stop, arXiv's own
 * `arXiv:1706.03762v7 [cs.CL]`, or a space in place of the colon.
 */
export function recognizeQuotedId(raw: string): KnownId | undefined {
  const text = raw.trim();
  if (text.length > longestQuoted) return undefined;
  const bare = text
    .replace(/^(?:<(.*)>|\((.*)\)|\[(.*)\])[.,;]?$/, "$1$2$3")
    .replace(/\s\[[\w.-]+\]$/, "")
    .replace(/[.,;]$/, "");
  const [, prefix = "", id] = /^([a-z]\w*)\s(\S+)$/i.exec(bare) ?? [];
  return recognizeId(text) ?? recognizeId(bare) ?? (id === undefined ? undefined : recognizeId(`${prefix}:${id}`));
}

const longestQuoted = 2_000;

function readUrl(text: string): KnownId | undefined {
  // Browsers show addresses without their beginning.
  const address = text.replace(/^url:\s*/i, "").replace(/^(?!https?:\/\/)/i, "https://");
  for (const scheme of schemes) {
    for (const url of scheme.urls ?? []) {
      const found = url.exec(address)?.[1];
      const known = found === undefined ? undefined : readAs(scheme, found);
      if (known !== undefined) return known;
    }
  }
  return undefined;
}

function readPrefixed(text: string): KnownId | undefined {
  const colon = text.indexOf(":");
  if (colon <= 0) return undefined;
  const prefix = text.slice(0, colon).trim().toLowerCase();
  const rest = text.slice(colon + 1).trim();
  for (const scheme of schemes) {
    if (scheme.prefixes.includes(prefix)) return readAs(scheme, rest) ?? readUrl(rest);
  }
  return undefined;
}

function readBare(text: string): KnownId | undefined {
  for (const scheme of schemes) {
    const known = scheme.bare === true ? readAs(scheme, text) : undefined;
    if (known !== undefined) return known;
  }
  return undefined;
}

function readAs(scheme: Scheme, text: string): KnownId | undefined {
  const id = scheme.read(text);
  if (id === undefined) return undefined;
  // arXiv registers a DOI for each of its papers: one paper, one id.
  const registered = scheme.name === "DOI" ? /^10\.48550\/arxiv\.(.+)$/i.exec(id)?.[1] : undefined;
  if (registered !== undefined) {
    const arxiv = readArxiv(registered);
    if (arxiv !== undefined)
      return {
        scheme: "arXiv",
        id: `arXiv:${arxiv}`,
        version: versionIn(registered),
      };
  }
  return {
    scheme: scheme.name,
    id: `${scheme.name}:${id}`,
    version: scheme.name === "arXiv" ? versionIn(text) : undefined,
  };
}

function versionIn(text: string): number | undefined {
  const version = /v(\d+)(?:\.pdf)?$/i.exec(text.trim())?.[1];
  return version === undefined ? undefined : Number(version);
}

/** Sorts ids by preference (arXiv, DOI, …, then unknown schemes), then by text; the first names the paper. */
export function orderIds(ids: Iterable<string>): string[] {
  return [...new Set(ids)].sort((a, b) => rankOf(a) - rankOf(b) || compareText(a, b));
}

function rankOf(id: string): number {
  const at = schemes.findIndex((scheme) => id.startsWith(`${scheme.name}:`));
  return at === -1 ? schemes.length : at;
}

/** `DOI` for `DOI:10.1000/x`; undefined for an id of no known scheme. */
export function schemeOf(id: string): string | undefined {
  return schemes.find((scheme) => id.startsWith(`${scheme.name}:`))?.name;
}

/** The web address of an id, where its scheme has one. */
export function linkOf(id: string): string | undefined {
  for (const scheme of schemes) {
    if (id.startsWith(`${scheme.name}:`)) return scheme.link?.(id.slice(scheme.name.length + 1));
  }
  return undefined;
}
