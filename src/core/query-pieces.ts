/**
 * The pieces of a query: words, "phrases" and field:values, each possibly negated by a minus, in groups joined by OR. Every text can be
 * read, and printing and re-reading gives the same pieces.
 */

/** Characters of a query that are read; the rest of a longer one is ignored. */
export const longestQuery = 10_000;

export const queryFields = ["author", "title", "year", "venue", "category", "source", "has"] as const;
export type QueryField = (typeof queryFields)[number];

/** What `has:` asks for. */
const queryProperties = ["abstract", "code", "pdf"] as const;

export interface QueryPiece {
  readonly kind: "word" | "phrase" | QueryField;
  /** Never empty. A word contains no spaces, and no text contains quotation marks. */
  readonly text: string;
  /** Behind a minus. */
  readonly negated: boolean;
}

/** Alternative pieces; most groups have just one. */
export type QueryGroup = readonly QueryPiece[];

const tokenPattern = /(-?)(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+))/giu;
const or = "OR";

/** Phones and word processors replace quotation marks by “these”, „these“, «these» and 「these」. */
export function straightQuotes(text: string): string {
  return text.replace(/[\u201c-\u201f\u00ab\u00bb\u300c-\u300f\u301d-\u301f\uff02]/g, '"');
}

/** Never throws. */
export function readQuery(raw: string): QueryGroup[] {
  const groups: QueryPiece[][] = [];
  let joins = false;
  for (const piece of piecesOf(straightQuotes(raw.slice(0, longestQuery).toWellFormed()))) {
    const last = groups.at(-1);
    if (joins && last !== undefined) {
      last.push(piece === or ? word(or) : piece);
      joins = false;
    } else if (piece === or && last !== undefined) joins = true;
    else groups.push([piece === or ? word(or) : piece]);
  }
  // Nothing follows it, so it is a word.
  if (joins) groups.push([word(or)]);
  return groups;
}

export function printQuery(groups: readonly QueryGroup[]): string {
  return groups.map((group) => group.map(printPiece).join(` ${or} `)).join(" ");
}

function printPiece({ kind, text, negated }: QueryPiece): string {
  const minus = negated ? "-" : "";
  if (kind === "word") return minus + text;
  if (kind === "phrase") return `${minus}"${text}"`;
  return `${minus}${kind}:${/\s/.test(text) ? `"${text}"` : text}`;
}

function word(text: string, negated = false): QueryPiece {
  return { kind: "word", text, negated };
}

function piecesOf(input: string): (QueryPiece | typeof or)[] {
  return [...input.matchAll(tokenPattern)].flatMap((match): readonly (QueryPiece | typeof or)[] => {
    const [whole, minus = "", name, quoted, bare = ""] = match;
    if (whole === or) return [or];
    const startsWord = match.index === 0 || /\s/.test(input[match.index - 1] ?? "");
    const negated = minus !== "";
    if (startsWord && name !== undefined) {
      const field = queryFields.find((one) => one === name.toLowerCase());
      const text = quoted ?? bare;
      if (field !== undefined && isValueOf(field, text)) return [{ kind: field, text, negated }];
    }
    if (name === undefined && quoted !== undefined && (startsWord || !negated))
      return quoted.trim() === "" ? wordsOf(minus, true) : [{ kind: "phrase", text: quoted, negated }];
    if (startsWord && quoted === undefined) return negated ? [word(whole.slice(1), true)] : [word(whole)];
    return wordsOf(whole.replaceAll('"', " "), startsWord);
  });
}

/** Words in unusual places of a query. @param whole whether the first one may keep its signs. */
function wordsOf(text: string, whole: boolean): QueryPiece[] {
  return text.split(/\s+/).flatMap((token, at) => {
    if (whole && at === 0 && /^(?:-|[a-z]+:)$/i.test(token)) return [word(token)];
    // Without the signs that would make it more than a word when it stands alone.
    const plain = token.replace(/^-+/, "").split(":");
    return plain.filter((part) => part !== "").map((part) => word(part === or ? part.toLowerCase() : part.replace(/^-+(?=.)/, "")));
  });
}

function isValueOf(field: QueryField, text: string): boolean {
  if (field === "year") return yearsOf(text) !== undefined;
  if (field === "has") return queryProperties.some((property) => property === text.toLowerCase());
  return text.trim() !== "";
}

/** `2019`, `2019..2023`, `2019..`, `..2023`; a hyphen may replace the dots. */
export function yearsOf(text: string): { from: number | undefined; to: number | undefined } | undefined {
  const match = /^(\d{4})?(\.\.|-)?(\d{4})?$/.exec(text);
  if (match === null) return undefined;
  const [, first, dots, last] = match;
  if (first === undefined && last === undefined) return undefined;
  if (dots === undefined && last !== undefined) return undefined;
  const from = first === undefined ? undefined : Number(first);
  return { from, to: dots === undefined ? from : last === undefined ? undefined : Number(last) };
}
