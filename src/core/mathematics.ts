/** Finds TeX mathematics in a text: between dollar signs, `\(…\)` or `\[…\]`. Amounts of money stay text. */

/** More TeX than any formula has. */
export const longestFormula = 1_000;

/** A piece of text, with its place as UTF-16 offsets. `tex` is set if it is mathematics. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tex?: string;
  /** Set off from the text (`$$…$$`). */
  readonly display?: boolean;
}

/** Divides a text into mathematics and the text between. The pieces cover the text. Linear in its length. */
export function splitMathematics(text: string): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const { index: at, 0: opening } of text.matchAll(/\$|\\[([]/g)) {
    if (at < start) continue;
    const found = opening === "$" ? mathematicsAt(text, at) : bracketedAt(text, at);
    if (found === undefined) continue;
    if (at > start) pieces.push({ start, end: at });
    pieces.push(found);
    start = found.end;
  }
  if (start < text.length) pieces.push({ start, end: text.length });
  return pieces;
}

function mathematicsAt(text: string, at: number): Piece | undefined {
  if (text[at - 1] === "\\") return undefined;
  if (text[at + 1] === "$") {
    const close = text.indexOf("$$", at + 2);
    const tex = close === -1 ? "" : text.slice(at + 2, close);
    return tex.trim() === "" || tex.includes("$") ? undefined : { start: at, end: close + 2, tex, display: true };
  }
  const close = closingDollar(text, at + 1);
  if (close === -1) return undefined;
  const tex = text.slice(at + 1, close);
  return isMathematics(tex, text[close + 1]) ? { start: at, end: close + 1, tex } : undefined;
}

/** `\(…\)` and `\[…\]`, which are always mathematics unless they contain a dollar sign or another opening. */
function bracketedAt(text: string, at: number): Piece | undefined {
  if (text[at - 1] === "\\") return undefined;
  const bracket = text[at + 1] === "(" ? ")" : "]";
  // Not beyond the maximum length of a formula, so that a text of openings alone takes linear time.
  const within = text.slice(at + 2, at + 2 + longestFormula + 2);
  const close = within.indexOf(`\\${bracket}`);
  const tex = close === -1 ? "" : within.slice(0, close);
  if (tex.trim() === "" || /\$|(?<!\\)\\[([]/.test(tex)) return undefined;
  return { start: at, end: at + 2 + close + 2, tex, ...(bracket === "]" ? { display: true } : {}) };
}

/** The next dollar sign that is not escaped. */
function closingDollar(text: string, from: number): number {
  let close = text.indexOf("$", from);
  while (close > 0 && text[close - 1] === "\\") close = text.indexOf("$", close + 1);
  return close;
}

/** Whether the text between two dollar signs is mathematics, rather than the words between two prices. */
function isMathematics(tex: string, after: string | undefined): boolean {
  if (tex.trim() === "") return false;
  const spaced = /^\s/.test(tex);
  if (spaced !== /\s$/.test(tex)) return false;
  if (spaced && !/[\\^_{}]/.test(tex)) return false;
  if (tex.includes("\\")) return true;
  if (/(?:^|\s)\p{L}{2,}(?=[\s.,;)]|$)/u.test(tex) && /\s/.test(tex.trim())) return false;
  return after === undefined || !/\d/.test(after) || /[\^_<>=]/.test(tex);
}
