/**
 * Text with TeX mathematics between dollar signs, `\(…\)` or `\[…\]`, as HTML with MathML. Amounts of money stay text; what cannot be
 * rendered is shown as it was written.
 */
import { raw } from "hono/html";
import temml from "temml";
import { plainMathMl } from "./mathml.ts";

/** A piece of text, with its place as UTF-16 offsets. `tex` is set where it is mathematics. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tex?: string;
  /** Set off from the text (`$$…$$`). */
  readonly display?: boolean;
}

/** A place in a text that is to be marked, as UTF-16 offsets. */
export type Mark = readonly [start: number, end: number];

const longestFormula = 1_000;
const mostFormulas = 100;
/** A formula of more TeX than this may be wider than a phone, and scrolls. */
const longFormula = 40;
/** What must not begin a line on its own. */
const closingMarks = /^[.,;:!?)\]’”%]+/;
const mostClosingMarks = 4;
/** What Temml paints faults with: a colour that tells them apart. */
const faultColor = "#0bad0b";

/** Cuts a text into mathematics and what is between. The pieces cover the text. Linear in its length. */
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

/** `\(…\)` and `\[…\]`, which say themselves that they are mathematics; a dollar sign or another opening in one says that it is none. */
function bracketedAt(text: string, at: number): Piece | undefined {
  if (text[at - 1] === "\\") return undefined;
  const bracket = text[at + 1] === "(" ? ")" : "]";
  // No further than a formula may be long: a text of openings alone stays linear.
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

/** Whether what stands between two dollar signs is mathematics, and not what is said between two prices. */
function isMathematics(tex: string, after: string | undefined): boolean {
  if (tex.trim() === "") return false;
  const spaced = /^\s/.test(tex);
  if (spaced !== /\s$/.test(tex)) return false;
  if (spaced && !/[\\^_{}]/.test(tex)) return false;
  if (tex.includes("\\")) return true;
  if (/(?:^|\s)\p{L}{2,}(?=[\s.,;)]|$)/u.test(tex) && /\s/.test(tex.trim())) return false;
  return after === undefined || !/\d/.test(after) || /[\^_<>=]/.test(tex);
}

/** @returns MathML, or undefined where the TeX is not understood. */
export function mathMlOf(tex: string, display: boolean): string | undefined {
  if (tex.length > longestFormula) return undefined;
  try {
    const markup = temml.renderToString(tex, {
      displayMode: display,
      throwOnError: false,
      errorColor: faultColor,
      trust: false,
      strict: false,
      maxExpand: 200,
      maxSize: [20, 200],
    });
    return markup.startsWith("<math") && !markup.includes(faultColor) ? plainMathMl(markup) : undefined;
  } catch {
    // Nested beyond what the stack holds.
    return undefined;
  }
}

/** A text as it is read: mathematics rendered, the places in `marks` (ascending) highlighted. */
export function Prose({ text, marks = [] }: { text: string; marks?: readonly Mark[] }) {
  let formulas = 0;
  // What is already written beside the formula before it.
  let written = 0;
  return (
    <>
      {splitMathematics(text).map((piece) => {
        const { start, end, tex } = piece;
        if (tex === undefined) return <Marked text={text} piece={{ start: Math.max(start, written), end }} marks={marks} />;
        formulas += 1;
        if (formulas > mostFormulas) return text.slice(start, end);
        if (piece.display === true) return <Formula text={text} piece={piece} tex={tex} />;
        const after = closingMarks.exec(text.slice(end, end + mostClosingMarks))?.[0] ?? "";
        written = end + after.length;
        return (
          <span class="unbroken">
            <Formula text={text} piece={piece} tex={tex} />
            {after}
          </span>
        );
      })}
    </>
  );
}

function Formula({ text, piece, tex }: { text: string; piece: Piece; tex: string }) {
  const display = piece.display === true;
  const markup = mathMlOf(tex, display);
  if (markup === undefined) return <code class="tex">{text.slice(piece.start, piece.end)}</code>;
  const name = display ? "formula display" : tex.length > longFormula ? "formula long" : "formula";
  return <span class={name}>{raw(markup)}</span>;
}

function Marked({ text, piece, marks }: { text: string; piece: Piece; marks: readonly Mark[] }) {
  let at = piece.start;
  const within = marks.filter(([start, end]) => start >= piece.start && end <= piece.end);
  const parts = within.map(([start, end]) => {
    const before = text.slice(at, start);
    at = end;
    return (
      <>
        {before}
        <mark>{text.slice(start, end)}</mark>
      </>
    );
  });
  return (
    <>
      {parts}
      {text.slice(at, piece.end)}
    </>
  );
}
