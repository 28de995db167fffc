/**
 * Renders text with TeX mathematics between dollar signs, `\(…\)` or `\[…\]` as HTML with MathML. Amounts of money stay text; mathematics
 * that cannot be rendered is shown as written.
 */
import { raw } from "hono/html";
import temml from "temml";
import { longestFormula, type Piece, splitMathematics } from "../core/mathematics.ts";
import { plainMathMl } from "./mathml.ts";

/** A range of a text to highlight, as UTF-16 offsets. */
export type Mark = readonly [start: number, end: number];

const mostFormulas = 100;
/** A formula with more characters of TeX may be wider than a phone, so it scrolls. */
const longFormula = 40;
/** Punctuation that must not begin a line. */
const closingMarks = /^[.,;:!?)\]’”%]+/;
const mostClosingMarks = 4;
/** The colour in which Temml marks errors; a rare one, so that errors can be recognised by it. */
const faultColor = "#0bad0b";

/** @returns MathML, or undefined if the TeX cannot be rendered. */
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
    // The nesting exceeds the stack.
    return undefined;
  }
}

/** A text for reading: mathematics rendered, the ranges in `marks` (ascending) highlighted. */
export function Prose({ text, marks = [] }: { text: string; marks?: readonly Mark[] }) {
  let formulas = 0;
  // The position up to which the text was written next to the preceding formula.
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
