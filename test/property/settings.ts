/**
 * How properties are tested: repeatably, with the same seed each time. FC_SEED sets another, FC_RUNS multiplies the number of runs.
 */
import fc from "fast-check";

const seed = Number(process.env.FC_SEED ?? 20_260_801);
const factor = Number(process.env.FC_RUNS ?? 1);

// Vitest keeps a hundred stack frames of each error, and readers of corrupted documents produce errors by the thousand.
Error.stackTraceLimit = 10;

export async function holds<T>(property: fc.IRawProperty<T>, runs = 200): Promise<void> {
  await fc.assert(property, {
    seed,
    numRuns: Math.ceil(runs * factor),
    endOnFailure: factor > 1,
  });
}

/** Any character of Unicode. The library's own unit for it builds a table of all of them at once, which takes a second. */
const character = fc.nat(0x10ffff - 0x800).map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800));
const characters = fc.array(character, { maxLength: 8 }).map((all) => all.join(""));

/** Any text without lone surrogates: all of Unicode, with many special characters. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: characters },
      { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ..."% _ ' \" \\ * ? ~ $ $$ & < > { } ( ) [ ] : - . .. … ! ; , / \n \r \t é É ß İ ı ﬁ ½ ﷺ 漢字 𝒳 𠀀 \u0301 \u00a0 \u200b \ufeff \u2028 \0".split(
            " ",
          ),
          " ",
          "  ",
          "&lt;p&gt;",
          "&#0;",
          "<p>",
          "</jats:p>",
          "\\emph{",
          "\\'{e}",
          '\\"o',
          "\\c{c}",
          "e.g. ",
          "et al. ",
          "author:",
          "year:2020..",
          "-",
          "10.1234/",
          "arXiv:",
          "2401.00001v2",
          "hep-th/9901001",
          "https://arxiv.org/abs/",
          "https://doi.org/10.",
          "%2F",
          "%zz",
          "url:",
          "__proto__",
          "constructor",
        ),
      },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** Like {@link anyText}, with lone surrogates. */
export const brokenText: fc.Arbitrary<string> = fc
  .tuple(anyText, fc.constantFrom("", "\ud800", "\udc00", "\udc00\ud800"), anyText)
  .map((parts) => parts.join(""));
